#include "report/pack.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/gzip.h"
#include "base/json_writer.h"
#include "report/figures.h"

namespace github_stats {
namespace {

using Value = std::optional<int64_t>;

uint64_t written(const Value& value) {
  if (!value) {
    return 0;
  }
  const uint64_t magnitude = static_cast<uint64_t>(*value < 0 ? -*value : *value);
  return *value < 0 ? 2 * magnitude : 2 * magnitude + 1;
}

// Columns, and what the header says of them.
class Columns {
 public:
  void add(std::string_view name, const std::vector<Value>& values) {
    uint64_t largest = 0;
    for (const Value& value : values) {
      largest = std::max(largest, written(value));
    }
    int64_t width = 0;
    for (; largest != 0; largest >>= 8U, ++width) {
      for (const Value& value : values) {
        bytes_ += static_cast<char>(written(value) >> static_cast<unsigned>(8 * width));
      }
    }
    index_.begin_array().text(name).integer(static_cast<int64_t>(values.size()));
    index_.integer(width).end_array();
  }

  const std::string& bytes() const { return bytes_; }

  // As JSON: [[name, rows, planes], …].
  std::string index() const { return "[" + text_ + "]"; }

 private:
  std::string bytes_;
  std::string text_;
  JsonWriter index_{text_};
};

constexpr int64_t kBot = 1;
constexpr int64_t kDraft = 2;
constexpr int64_t kMerged = 4;
constexpr int64_t kUnreviewed = 8;
constexpr int64_t kSelfMerged = 16;
constexpr int64_t kStale = 32;
constexpr int64_t kWaiting = 64;

int64_t flags_of(const PullRequest& pull) {
  return (pull.is_bot ? kBot : 0) | (pull.is_draft ? kDraft : 0) | (pull.is_merged ? kMerged : 0) |
         (pull.is_unreviewed ? kUnreviewed : 0) | (pull.is_self_merged ? kSelfMerged : 0) |
         (pull.is_stale ? kStale : 0) | (pull.is_waiting() ? kWaiting : 0);
}

int64_t number_of(Day day) { return day.time_since_epoch().count(); }

Value person(int32_t index) { return index == kNobody ? Value() : Value(index); }

// The cycle, less what the other phases say it is.
Value surprise(const PullRequest& pull) {
  const Value cycle = pull.in(Phase::kCycle);
  const Value coding = pull.in(Phase::kCoding);
  const Value pickup = pull.in(Phase::kPickup);
  const Value review = pull.in(Phase::kReview);
  return cycle && coding && pickup && review ? Value(*cycle - *coding - *pickup - *review) : cycle;
}

// A column with a value for each of `items`.
template <typename Items, typename Of>
std::vector<Value> column(const Items& items, Of of) {
  std::vector<Value> values;
  values.reserve(items.size());
  for (const auto& item : items) {
    values.push_back(of(item));
  }
  return values;
}

// Each value less the one before it.
std::vector<Value> steps(std::vector<Value> values) {
  int64_t last = 0;
  for (Value& value : values) {
    const int64_t current = *value;
    value = current - last;
    last = current;
  }
  return values;
}

void add_pull_requests(const Rows& rows, Columns& columns) {
  const auto& pulls = rows.pull_requests;
  columns.add("opened_day", steps(column(pulls, [](const PullRequest& pull) -> Value {
                return number_of(day_of(pull.created_at));
              })));
  columns.add("open_days", column(pulls, [](const PullRequest& pull) -> Value {
                return pull.closed_at
                           ? Value((day_of(*pull.closed_at) - day_of(pull.created_at)).count())
                           : Value();
              }));
  columns.add("repository",
              column(pulls, [](const PullRequest& pull) -> Value { return pull.repository; }));
  columns.add("author", column(pulls, [](const PullRequest& pull) { return person(pull.author); }));
  columns.add("flags",
              column(pulls, [](const PullRequest& pull) -> Value { return flags_of(pull); }));
  columns.add("cycle", column(pulls, surprise));
  for (const Phase phase : {Phase::kCoding, Phase::kPickup, Phase::kReview, Phase::kMerge}) {
    columns.add(kPhaseNames[static_cast<size_t>(phase)],
                column(pulls, [&](const PullRequest& pull) { return pull.in(phase); }));
  }
  columns.add("size", column(pulls, [](const PullRequest& pull) { return pull.size; }));
}

// What is told of open ones only: a row for each, in their order.
void add_open(const Rows& rows, const std::vector<size_t>& open, Columns& columns) {
  const auto seconds = [](Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  const auto pull = [&](size_t i) -> const PullRequest& { return rows.pull_requests[i]; };
  columns.add("open_number", column(open, [&](size_t i) -> Value { return pull(i).number; }));
  columns.add("open_second", column(open, [&](size_t i) -> Value {
                return seconds(pull(i).created_at) - seconds(Time(day_of(pull(i).created_at)));
              }));
  columns.add("open_ready", column(open, [&](size_t i) -> Value {
                return pull(i).ready_at
                           ? Value(seconds(*pull(i).ready_at) - seconds(pull(i).created_at))
                           : Value();
              }));
}

void add_reviews(const Rows& rows, Columns& columns) {
  const auto& reviews = rows.reviews;
  columns.add("review_of", steps(column(reviews, [](const FirstReview& review) -> Value {
                return static_cast<int64_t>(review.pull_request);
              })));
  columns.add("reviewer",
              column(reviews, [](const FirstReview& review) { return person(review.reviewer); }));
  columns.add("review_day", column(reviews, [&](const FirstReview& review) -> Value {
                const PullRequest& pull = rows.pull_requests[review.pull_request];
                return (review.day - day_of(pull.created_at)).count();
              }));
}

// Pull requests whose titles are told, by index.
std::vector<size_t> titled(const Rows& rows, const std::vector<size_t>& open) {
  std::vector<size_t> waiting;
  std::ranges::copy_if(open, std::back_inserter(waiting),
                       [&](size_t i) { return rows.pull_requests[i].is_waiting(); });
  std::ranges::stable_sort(waiting, {}, [&](size_t i) { return *rows.pull_requests[i].ready_at; });
  waiting.resize(std::min(waiting.size(), kMostTitles));
  const auto oldest = static_cast<std::ptrdiff_t>(std::min(open.size(), kMostTitles));
  waiting.insert(waiting.end(), open.begin(), open.begin() + oldest);
  std::ranges::sort(waiting);
  waiting.erase(std::unique(waiting.begin(), waiting.end()), waiting.end());
  return waiting;
}

void add_names(JsonWriter& json, std::string_view key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const std::string& name : names) {
    json.text(name);
  }
  json.end_array();
}

void add_period(JsonWriter& json, const Period& period) {
  json.begin_array().integer(number_of(period.first));
  json.integer(number_of(period.last)).end_array();
}

void add_teams(JsonWriter& json, const Rows& rows) {
  json.key("teams").begin_array();
  for (const TeamOfPeople& team : rows.teams) {
    json.begin_object().key("name").text(team.name).key("people").begin_array();
    for (const int32_t member : team.people) {
      json.integer(member);
    }
    json.end_array().end_object();
  }
  json.end_array();
}

void add_titles(JsonWriter& json, const Rows& rows, const std::vector<size_t>& open) {
  json.key("titles").begin_array();
  if (rows.of_people == People::kNamed) {
    for (const size_t i : titled(rows, open)) {
      const PullRequest& pull = rows.pull_requests[i];
      json.begin_array().integer(static_cast<int64_t>(i)).text(pull.title);
      json.text(pull.url).end_array();
    }
  }
  json.end_array();
}

std::string header_of(const Rows& rows, const std::vector<size_t>& open, const Columns& columns) {
  std::string header;
  JsonWriter json(header);
  json.begin_object().key("org").text(rows.org).key("as_of").integer(
      std::chrono::floor<std::chrono::seconds>(rows.as_of).time_since_epoch().count());
  json.key("rows_from").integer(number_of(rows.rows_from)).key("period");
  add_period(json, rows.period);
  json.key("before");
  rows.before ? add_period(json, *rows.before) : void(json.null());
  json.key("stale_after_days").integer(rows.stale_after_days);
  json.key("people_are")
      .text(rows.of_people == People::kNamed       ? "named"
            : rows.of_people == People::kAnonymous ? "anonymous"
                                                   : "none");
  json.key("duration_bounds").begin_array();
  for (const int64_t bound : kDurationBounds) {
    json.integer(bound);
  }
  json.end_array().key("age_bounds").begin_array();
  for (const int64_t bound : kAgeBounds) {
    json.integer(bound);
  }
  json.end_array().key("size_bounds").begin_array();
  for (const int64_t bound : kSizeBounds) {
    json.integer(bound);
  }
  json.end_array();
  add_names(json, "repositories", rows.repositories);
  add_names(json, "people", rows.people);
  add_teams(json, rows);
  add_titles(json, rows, open);
  json.key("columns").raw(columns.index()).end_object();
  return header;
}

std::string length_of(const std::string& header) {
  std::string out;
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out += static_cast<char>(header.size() >> shift);
  }
  return out;
}

}  // namespace

Result<std::string> pack_rows(const Rows& rows) {
  std::vector<size_t> open;
  for (size_t i = 0; i < rows.pull_requests.size(); ++i) {
    if (rows.pull_requests[i].is_open()) {
      open.push_back(i);
    }
  }
  Columns columns;
  add_pull_requests(rows, columns);
  add_open(rows, open, columns);
  add_reviews(rows, columns);
  const std::string header = header_of(rows, open, columns);
  return gzip(length_of(header) + header + columns.bytes());
}

}  // namespace github_stats
