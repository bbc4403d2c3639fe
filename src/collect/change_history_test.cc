// Hundreds of seeded histories: a GitHub that changes while it is collected, collections by
// watermark that are interrupted, crash, fail, are taken up again or not, windows of some hours in
// between, a repository that is wiped. After one quiet collection at the end the chunks must tell
// exactly what GitHub has. Repeat one history with GITHUB_STATS_TEST_SEED.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/log.h"
#include "collect/collected_rows.h"
#include "collect/collector_fixture.h"
#include "collect/store_summary.h"
#include "testing/random_seed.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;

constexpr int kHistories = 400;
constexpr auto kLookback = std::chrono::hours(24 * 400);

class History {
 public:
  explicit History(uint32_t seed)
      : random_(seed), clock_(now_ + std::chrono::minutes(below(2000) - 1000)) {
    EXPECT_TRUE(store_.init());
    github_.set_time(now_);
    const int repositories = 1 + below(3);
    for (int i = 0; i < repositories; ++i) {
      ids_.push_back(fmt::format("r{}", i));
      github_.add_repository(ids_.back());
      for (int count = below(10); count > 0; --count) {
        open(ids_.back());
        pass(below(4) == 0 ? 20min : 1s);
      }
    }
    github_.intercept([this](const FakeGitHub::Call& call) { return at_request(call); });
  }

  void run() {
    pass(20min);
    for (int collections = 2 + below(5); collections > 0; --collections) {
      changes_per_mille_ = below(3) == 0 ? 0 : 50 + below(500);
      plan_trouble();
      collect();
      end_trouble();
      show_hidden();
      for (int changes = below(4); changes > 0; --changes) {
        change();
      }
      pass(std::chrono::minutes(below(3) == 0 ? below(600) : below(8)));
    }
    // Everything has come to rest.
    changes_per_mille_ = 0;
    show_hidden();
    pass(below(2) == 0 ? 1s : 20min);
    const auto report = start(by_watermark());
    ASSERT_TRUE(report) << report.error().describe();
    EXPECT_TRUE(report->checkpoint.finished);
    EXPECT_FALSE(report->failure) << report->failure->describe();
    EXPECT_EQ(collected_rows(store_), truth_of(github_)) << story_;
    expect_nothing_left_to_do();
  }

 private:
  int below(int bound) { return std::uniform_int_distribution(0, bound - 1)(random_); }

  // Time passes for GitHub; our clock may run ahead or behind, but forward.
  void pass(Duration duration) {
    now_ += duration;
    github_.set_time(now_);
    clock_.advance(duration + 1ms);  // no two collections see one moment
  }

  // As GitHub dates a change: whole seconds, and now and then one that shows only later.
  Time date_of_change() {
    const auto lag = below(4) == 0 ? std::chrono::seconds(below(200)) : 0s;
    return std::chrono::floor<std::chrono::seconds>(now_ - lag);
  }

  void open(const std::string& id) {
    const auto repository = github_.truth().at(id);
    const int number =
        repository.pull_requests.empty() ? 1 : repository.pull_requests.rbegin()->first + 1;
    github_.put(id, {number, date_of_change(), "opened", {fmt::format("s{}", ++serial_)}});
  }

  void change() {
    if (below(40) == 0 && read_watermarks(store_, "Acme")->find(ids_.front()) != nullptr) {
      is_renamed_ = true;
      return github_.rename_repository(ids_.front(), fmt::format("r0-{}", ++serial_));
    }
    const std::string& id = ids_[static_cast<size_t>(below(static_cast<int>(ids_.size())))];
    auto pull_requests = github_.truth().at(id).pull_requests;
    if (pull_requests.empty() || below(8) == 0) {
      return open(id);
    }
    auto pull_request =
        std::next(pull_requests.begin(), below(static_cast<int>(pull_requests.size())))->second;
    pull_request.updated_at = std::max(pull_request.updated_at, date_of_change());
    const std::string mark = fmt::format("{}", ++serial_);
    switch (below(6)) {
      case 0:
        pull_request.title = "touched " + mark;
        break;
      case 1:
        pull_request.commits = {"f" + mark, "g" + mark};  // a force-push
        break;
      case 2:
        pull_request.commits.push_back("s" + mark);
        break;
      case 3:
        if (!pull_request.comments.empty()) {
          pull_request.comments.erase(pull_request.comments.begin());
          break;
        }
        [[fallthrough]];
      case 4:
        pull_request.comments["c" + mark] = "said";
        break;
      case 5:
        pull_request.comments["c" + mark] = "said, not shown";
        if (was_hidden_.insert({id, pull_request.number}).second) {
          pull_request.hidden_comments = 1;
        }
        break;
    }
    github_.put(id, pull_request);
  }

  // What GitHub left out it gives from now on, without dating that as a change.
  void show_hidden() {
    for (const auto& [id, repository] : github_.truth()) {
      for (auto [number, pull_request] : repository.pull_requests) {
        pull_request.hidden_comments = 0;
        github_.put(id, pull_request);
      }
    }
  }

  std::optional<Result<HttpResponse>> at_request(const FakeGitHub::Call& call) {
    const std::lock_guard lock(mutex_);
    if (below(3) == 0) {
      now_ += std::chrono::seconds(below(5));
      github_.set_time(now_);
    }
    while (below(1000) < changes_per_mille_) {
      change();
    }
    if (--requests_until_stop_ == 0) {
      stop_.request_stop();
    }
    if (call.asks("Details") && --details_until_failure_ == 0) {
      return HttpResponse{400, {}, "{}"};
    }
    return std::nullopt;
  }

  void plan_trouble() {
    requests_until_stop_ = below(4) == 0 ? 1 + below(12) : 0;
    details_until_failure_ = below(4) == 0 ? 1 + below(4) : 0;
    // From some write on nothing is written any more, as when the process is killed there; the last
    // one may have arrived.
    auto writes_left = std::make_shared<std::atomic<int>>(below(3) == 0 ? below(25) : 1'000'000);
    const bool arrives = below(2) == 0;
    store_.intercept([=](StoreCall call, std::string_view) -> std::optional<StoreFault> {
      if (call != StoreCall::kPut && call != StoreCall::kRemove) {
        return std::nullopt;
      }
      const int left = (*writes_left)--;
      if (left > 0) {
        return std::nullopt;
      }
      return StoreFault{{ErrorCode::kUnavailable, "killed", ""}, arrives && left == 0};
    });
  }

  void end_trouble() {
    store_.intercept({});
    stop_ = {};
    requests_until_stop_ = 0;
    details_until_failure_ = 0;
  }

  // Any command that a person may run; it may end badly.
  void collect() {
    const auto open = open_collections(store_, "Acme");
    Result<CollectionReport> ended = fail(ErrorCode::kInternal, "wiped");
    const int choice = below(10);
    story_ += fmt::format("{} choice {}: ", format_time(now_), choice);
    if (choice < 3 && open && !open->empty()) {
      const size_t which = static_cast<size_t>(below(static_cast<int>(open->size())));
      ended = resume((*open)[which].id);
    } else if (choice == 3) {
      ended = start({.command = "collect",
                     .window = std::chrono::hours(1 + below(3)),
                     .begins_history = false});
    } else if (choice == 4) {
      ended = start({.command = "backfill", .window = kLookback});
    } else if (choice == 5 && below(3) == 0 && !is_renamed_) {
      wipe(github_.truth().at(ids_.front()).name);
    } else {
      ended = start(by_watermark());
    }
    note(ended);
  }

  void note(const Result<CollectionReport>& ended) {
    if (!ended) {
      story_ += ended.error().describe() + "\n";
      return;
    }
    const Checkpoint& checkpoint = ended->checkpoint;
    story_ += fmt::format("{} run {} until {}", checkpoint.collection_id, checkpoint.run,
                          format_time(checkpoint.until));
    for (const RepositoryProgress& repository : checkpoint.repositories) {
      story_ += fmt::format("; {} since {} {}, {} rows, incomplete {}", repository.name,
                            format_time(repository.since), to_string(repository.state),
                            repository.pull_requests(), fmt::join(repository.owed_numbers(), ","));
    }
    story_ += ended->failure ? "; " + ended->failure->describe() + "\n" : "\n";
    if (const auto watermarks = read_watermarks(store_, "Acme")) {
      story_ += encode_watermarks(*watermarks);
    }
  }

  void wipe(const std::string& name) {
    if (!update_watermarks(store_, "Acme", [&](Watermarks& all) { all.forget(name); })) {
      return;
    }
    for (const auto& [key, bytes] : store_.objects()) {
      if (key.starts_with(repository_prefix("Acme", name))) {
        (void)store_.remove(key);
      }
    }
  }

  static CollectionRequest by_watermark() {
    return {.command = "collect", .window = kLookback, .from_watermarks = true};
  }

  Result<CollectionReport> start(CollectionRequest request) {
    request.org = "acme";
    return with_collector(
        [&](Collector& collector) { return collector.start(request, stop_.get_token()); });
  }

  Result<CollectionReport> resume(const std::string& id) {
    return with_collector(
        [&](Collector& collector) { return collector.resume("Acme", id, stop_.get_token()); });
  }

  template <typename Call>
  Result<CollectionReport> with_collector(const Call& call) {
    RateLimiter limiter(clock_, {});
    GitHubClient client(github_, limiter, clock_, client_options());
    Fetcher fetcher(client, 3);
    Collector collector(fetcher, store_, clock_, {1 + static_cast<size_t>(below(3)) / 2, 4},
                        [](const CollectionProgress&) {});
    return call(collector);
  }

  // Once the newest change is old enough, a repository costs nothing more than being listed.
  void expect_nothing_left_to_do() {
    pass(20min);
    ASSERT_TRUE(start(by_watermark()));
    pass(20min);
    const int before = github_.calls("PullRequests");
    const auto report = start(by_watermark());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->selection.collected, 0);
    EXPECT_EQ(github_.calls("PullRequests"), before);
  }

  std::mt19937 random_;
  std::string story_;  // for a failure's message
  Time now_ = kBase;   // GitHub's
  FakeClock clock_;    // ours
  FakeGitHub github_;
  MemoryStore store_;
  std::vector<std::string> ids_;
  std::stop_source stop_;
  std::mutex mutex_;
  int serial_ = 0;
  bool is_renamed_ = false;  // the first; without a watermark a rename is not known (adr/0006)
  std::set<std::pair<std::string, int>> was_hidden_;  // once each
  int changes_per_mille_ = 0;
  int requests_until_stop_ = 0;
  int details_until_failure_ = 0;
};

TEST(ChangeHistory, EndsWithWhatGitHubHas) {
  configure_logging({.sink = [](std::string_view) {}});
  const uint32_t first = random_seed();
  const bool is_repeated = std::getenv("GITHUB_STATS_TEST_SEED") != nullptr;
  for (uint32_t i = 0; i < (is_repeated ? 1 : kHistories) && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", first + i));
    History(first + i).run();
  }
  configure_logging({});
}

}  // namespace
}  // namespace github_stats
