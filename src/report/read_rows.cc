#include "report/read_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <unordered_map>

#include "base/ascii.h"

namespace github_stats {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// A collection brings what was updated since some day; nothing need have been just then. The period
// before may be short of so much without being left out.
constexpr days kMayBeMissing{7};

// {0}: the organisation, lower case. {1}: as_of. {2}: a second later. {3}: the first day
// of the period before.
constexpr std::string_view kPullRequests = R"sql(
SELECT repo, number, author, is_bot, is_draft, created_at, ready_at, first_review_at, closed_at,
  merged_at, cycle_seconds, coding_seconds, pickup_seconds, review_seconds, merge_seconds,
  size_lines, self_merged, unreviewed, last_activity_at, collected_at,
  CASE WHEN closed_at IS NULL OR closed_at > TIMESTAMP '{1}' THEN title END AS title,
  CASE WHEN closed_at IS NULL OR closed_at > TIMESTAMP '{1}' THEN url END AS url
FROM pull_request_facts
WHERE lower(org) = '{0}' AND created_at < TIMESTAMP '{2}'
  AND (closed_at IS NULL OR closed_at >= TIMESTAMP '{3}'))sql";

enum PullRequestColumn {
  kRepo,
  kNumber,
  kAuthor,
  kIsBot,
  kIsDraft,
  kCreatedAt,
  kReadyAt,
  kFirstReviewAt,
  kClosedAt,
  kMergedAt,
  kFirstPhase,
  kSize = kFirstPhase + static_cast<int>(kPhaseNames.size()),
  kSelfMerged,
  kUnreviewed,
  kLastActivityAt,
  kCollectedAt,
  kTitle,
  kUrl,
};

constexpr std::string_view kReviews = R"sql(
SELECT repo, number, actor, min(happened_at) AS first_at
FROM pull_request_events
WHERE lower(org) = '{0}' AND (kind = 'review' OR kind = 'review_comment')
  AND is_bot = false AND is_by_author = false AND actor IS NOT NULL
GROUP BY repo, number, actor
HAVING min(happened_at) >= TIMESTAMP '{3}' AND min(happened_at) < TIMESTAMP '{2}')sql";

// When humans last did something, as far as `as_of` knows.
constexpr std::string_view kActivity = R"sql(
SELECT repo, number, max(happened_at) AS last_at
FROM pull_request_events
WHERE lower(org) = '{0}' AND is_bot = false AND happened_at < TIMESTAMP '{2}'
GROUP BY repo, number)sql";

constexpr std::string_view kOrganisations =
    "SELECT org, count(*) AS pull_requests, max(collected_at) AS newest, min(updated_at) AS oldest "
    "FROM pull_requests GROUP BY org ORDER BY org";

std::optional<Time> time_in(const std::optional<std::string>& value) {
  if (!value) {
    return std::nullopt;
  }
  const auto time = parse_time(*value);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<int64_t> integer_in(const std::optional<std::string>& value) {
  int64_t number = 0;
  if (!value ||
      std::from_chars(value->data(), value->data() + value->size(), number).ec != std::errc()) {
    return std::nullopt;
  }
  return number;
}

bool is_true(const std::optional<std::string>& value) { return value == "true"; }

bool is_web_address(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://");
}

// As a literal of both dialects.
std::string literal(Time time) {
  std::string text = format_time(time);
  text[text.find('T')] = ' ';
  text.back() = '+';  // the "Z"
  return text + "00";
}

// Numbers for names, in the order of their first appearance; then in the names' own.
class Dictionary {
 public:
  int32_t number_of(const std::string& name) {
    const auto [found, is_new] = numbers_.try_emplace(name, static_cast<int32_t>(names_.size()));
    if (is_new) {
      names_.push_back(name);
    }
    return found->second;
  }

  // The names sorted, and where each number has gone.
  std::vector<std::string> sort(std::vector<int32_t>& moved_to) const {
    std::vector<int32_t> order(names_.size());
    for (size_t i = 0; i < order.size(); ++i) {
      order[i] = static_cast<int32_t>(i);
    }
    const auto key = [&](int32_t i) {
      const std::string& name = names_[static_cast<size_t>(i)];
      return std::pair(lower(name), name);
    };
    std::ranges::sort(order, {}, key);
    std::vector<std::string> sorted;
    moved_to.resize(order.size());
    for (const int32_t i : order) {
      moved_to[static_cast<size_t>(i)] = static_cast<int32_t>(sorted.size());
      sorted.push_back(names_[static_cast<size_t>(i)]);
    }
    return sorted;
  }

 private:
  std::unordered_map<std::string, int32_t> numbers_;
  std::vector<std::string> names_;
};

// Takes back what has happened after `as_of`.
void forget_later(PullRequest& pull, Time as_of) {
  const auto is_later = [&](const std::optional<Time>& time) { return time && *time > as_of; };
  const auto forget = [&](Phase phase) { pull.seconds[static_cast<size_t>(phase)].reset(); };
  if (is_later(pull.closed_at)) {
    pull.closed_at.reset();
    pull.is_merged = pull.is_unreviewed = pull.is_self_merged = false;
    forget(Phase::kCycle);
    forget(Phase::kReview);
    forget(Phase::kMerge);
  }
  if (is_later(pull.first_review_at)) {
    pull.first_review_at.reset();
    forget(Phase::kPickup);
  }
  if (is_later(pull.ready_at)) {
    pull.ready_at.reset();
    forget(Phase::kCoding);
  }
}

class Reader {
 public:
  Reader(Warehouse& warehouse, const RowsWanted& wanted) : warehouse_(warehouse), wanted_(wanted) {}

  Result<Rows> read() {
    rows_.stale_after_days = wanted_.stale_after_days;
    RETURN_IF_ERROR(find_organisation());
    ASSIGN_OR_RETURN(rows_.period, choose_period(wanted_.period, rows_.as_of));
    if (rows_.rows_from <= before(rows_.period).first + kMayBeMissing) {
      rows_.before = before(rows_.period);
    }
    rows_.as_of = std::min(rows_.as_of, Time(rows_.period.last + days(1)) - seconds(1));
    RETURN_IF_ERROR(warehouse_.for_each_row(
        sql(kPullRequests), [this](const QueryRow& row) { add_pull_request(row); }));
    sort_pull_requests();
    RETURN_IF_ERROR(
        warehouse_.for_each_row(sql(kReviews), [this](const QueryRow& row) { add_review(row); }));
    sort_people();
    RETURN_IF_ERROR(find_stale());
    return std::move(rows_);
  }

 private:
  Status find_organisation() {
    const std::string wanted = lower(wanted_.org);
    std::string others;
    std::optional<Time> newest;
    Time oldest = Time::max();
    RETURN_IF_ERROR(warehouse_.for_each_row(std::string(kOrganisations), [&](const QueryRow& row) {
      const std::string org = row[0].value_or("");
      if (lower(org) == wanted) {
        rows_.org = org;
        newest = std::max(newest, time_in(row[2]));
        oldest = std::min(oldest, time_in(row[3]).value_or(Time::max()));
      } else {
        others += (others.empty() ? "" : ", ") + org;
      }
    }));
    if (!newest && !wanted_.as_of) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("{} has no pull requests of {}", warehouse_.name(), wanted_.org),
                  others.empty() ? "run `github-stats backfill` first"
                                 : fmt::format("choose with --org: it has those of {}", others));
    }
    rows_.org = rows_.org.empty() ? wanted_.org : rows_.org;
    rows_.as_of = std::chrono::floor<seconds>(wanted_.as_of ? *wanted_.as_of : *newest);
    rows_.rows_from = day_of(std::min(oldest, rows_.as_of));
    return {};
  }

  std::string sql(std::string_view text) const {
    // An organisation has letters, digits and hyphens only: it could not end a literal.
    std::string org = lower(wanted_.org);
    std::erase_if(org, [](char c) { return c == '\'' || c == '\\'; });
    return fmt::format(fmt::runtime(text), org, literal(rows_.as_of),
                       literal(rows_.as_of + seconds(1)),
                       literal(Time(before(rows_.period).first)));
  }

  void add_pull_request(const QueryRow& row) {
    const std::string repository = row[kRepo].value_or("");
    if (wanted_.has_repository && !wanted_.has_repository(repository)) {
      return;
    }
    PullRequest pull;
    pull.repository = repositories_.number_of(repository);
    pull.number = integer_in(row[kNumber]).value_or(0);
    pull.is_bot = is_true(row[kIsBot]);
    if (row[kAuthor] && !pull.is_bot) {
      pull.author = people_.number_of(*row[kAuthor]);
    }
    read_times(row, pull);
    pull.size = integer_in(row[kSize]);
    forget_later(pull, rows_.as_of);
    pull.last_activity_at = time_in(row[kLastActivityAt]).value_or(pull.created_at);
    if (pull.is_open()) {
      pull.title = row[kTitle].value_or("");
      const std::string url = row[kUrl].value_or("");
      pull.url = is_web_address(url) ? url : "";
    }
    rows_.pull_requests.push_back(std::move(pull));
  }

  static void read_times(const QueryRow& row, PullRequest& pull) {
    pull.is_draft = is_true(row[kIsDraft]);
    pull.created_at = time_in(row[kCreatedAt]).value_or(Time());
    pull.ready_at = time_in(row[kReadyAt]);
    pull.first_review_at = time_in(row[kFirstReviewAt]);
    const auto merged_at = time_in(row[kMergedAt]);
    pull.is_merged = merged_at.has_value();
    pull.closed_at = merged_at ? merged_at : time_in(row[kClosedAt]);
    pull.is_self_merged = pull.is_merged && is_true(row[kSelfMerged]);
    pull.is_unreviewed = pull.is_merged && is_true(row[kUnreviewed]);
    pull.collected_at = time_in(row[kCollectedAt]).value_or(Time());
    for (size_t i = 0; i < pull.seconds.size(); ++i) {
      pull.seconds[i] = integer_in(row[kFirstPhase + i]);
    }
  }

  void sort_pull_requests() {
    std::vector<int32_t> moved_to;
    rows_.repositories = repositories_.sort(moved_to);
    for (PullRequest& pull : rows_.pull_requests) {
      pull.repository = moved_to[static_cast<size_t>(pull.repository)];
    }
    std::ranges::sort(rows_.pull_requests, {}, [](const PullRequest& pull) {
      return std::tuple(pull.created_at, pull.repository, pull.number);
    });
    places_.reserve(rows_.pull_requests.size());
    for (size_t i = 0; i < rows_.pull_requests.size(); ++i) {
      const PullRequest& pull = rows_.pull_requests[i];
      places_.emplace(place(pull.repository, pull.number), i);
    }
    for (size_t i = 0; i < rows_.repositories.size(); ++i) {
      repository_places_.emplace(rows_.repositories[i], static_cast<int32_t>(i));
    }
  }

  // What the facts know of as the last activity may have come later.
  Status find_stale() {
    const auto is_later = [&](const PullRequest& pull) {
      return pull.is_open() && pull.last_activity_at > rows_.as_of;
    };
    if (std::ranges::any_of(rows_.pull_requests, is_later)) {
      for (PullRequest& pull : rows_.pull_requests) {
        if (is_later(pull)) {
          pull.last_activity_at = std::max(pull.created_at, pull.ready_at.value_or(Time()));
        }
      }
      RETURN_IF_ERROR(warehouse_.for_each_row(sql(kActivity), [&](const QueryRow& row) {
        if (PullRequest* pull = find(row); pull != nullptr && pull->is_open()) {
          pull->last_activity_at =
              std::max(pull->last_activity_at, time_in(row[2]).value_or(Time()));
        }
      }));
    }
    for (PullRequest& pull : rows_.pull_requests) {
      pull.is_stale =
          pull.is_open() && pull.last_activity_at + days(wanted_.stale_after_days) < rows_.as_of;
    }
    return {};
  }

  // The pull request that a row begins with the repository and number of.
  PullRequest* find(const QueryRow& row) {
    const auto repository = repository_places_.find(row[0].value_or(""));
    if (repository == repository_places_.end()) {
      return nullptr;
    }
    const auto found = places_.find(place(repository->second, integer_in(row[1]).value_or(0)));
    return found == places_.end() ? nullptr : &rows_.pull_requests[found->second];
  }

  // A number of GitHub's has less than 32 bits.
  static uint64_t place(int32_t repository, int64_t number) {
    return (static_cast<uint64_t>(static_cast<uint32_t>(repository)) << 32U) |
           static_cast<uint32_t>(number);
  }

  void add_review(const QueryRow& row) {
    const auto first_at = time_in(row[3]);
    const PullRequest* const pull = find(row);
    if (pull != nullptr && first_at && (!pull->closed_at || *first_at <= *pull->closed_at)) {
      rows_.reviews.push_back({static_cast<size_t>(pull - rows_.pull_requests.data()),
                               people_.number_of(row[2].value_or("")), day_of(*first_at)});
    }
  }

  void sort_people() {
    std::vector<int32_t> moved_to;
    rows_.people = people_.sort(moved_to);
    const auto move = [&](int32_t& person) {
      person = person == kNobody ? kNobody : moved_to[static_cast<size_t>(person)];
    };
    for (PullRequest& pull : rows_.pull_requests) {
      move(pull.author);
    }
    for (FirstReview& review : rows_.reviews) {
      move(review.reviewer);
    }
    std::ranges::sort(rows_.reviews, {}, [](const FirstReview& review) {
      return std::pair(review.pull_request, review.reviewer);
    });
  }

  Warehouse& warehouse_;
  const RowsWanted& wanted_;
  Rows rows_;
  Dictionary repositories_;
  Dictionary people_;
  std::unordered_map<uint64_t, size_t> places_;  // of pull requests
  std::unordered_map<std::string, int32_t> repository_places_;
};

}  // namespace

Result<Rows> read_rows(Warehouse& warehouse, const RowsWanted& wanted) {
  return Reader(warehouse, wanted).read();
}

}  // namespace github_stats
