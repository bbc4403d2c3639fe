// Two collectors at once on one organisation, on one machine or two, in random interleavings: at
// any call of the store one falls asleep for longer than its lease lasts, or dies, while the other
// starts, takes up or ends a collection. Then somebody resumes what is left, and the store must
// tell exactly what GitHub has. Repeat one with GITHUB_STATS_TEST_SEED.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/log.h"
#include "collect/collected_rows.h"
#include "collect/collector_fixture.h"
#include "collect/interleaving_stage.h"
#include "collect/interleaving_watch.h"
#include "collect/leased_store.h"
#include "collect/store_summary.h"
#include "testing/random_seed.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;

constexpr int kInterleavings = 300;

class Interleaving {
 public:
  Interleaving(uint32_t seed, Happened& happened)
      : happened_(happened), watch_(store_, happened), stage_(seed) {
    EXPECT_TRUE(store_.init());
    stage_.on_time = [this](Time now) { github_.set_time(now); };
    stage_.pass(0s);
    stage_.is_duel = below(2) == 0;
    for (const int most : {5, 30, 20}) {
      const std::string name = fmt::format("r{}", names_.size());
      names_.push_back(name);
      github_.add_repository(name);
      for (int number = 1 + below(most); number > 0; --number) {
        github_.put(name, {number,
                           kBase + std::chrono::minutes(number),
                           "opened",
                           {fmt::format("a{}", number), fmt::format("b{}", number)}});
      }
    }
  }

  void run() {
    const bool is_one_machine = below(2) == 0;
    for (const char* machine : {"m1", is_one_machine ? "m1" : "m2"}) {
      const Duration error = is_one_machine ? 0s : std::chrono::seconds(below(480) - 240);
      stage_.add(machine, error);
    }
    stage_.run([this](StageProcess& process) {
      for (int commands = 1 + below(5); commands > 0 && !process.is_dead(); --commands) {
        run_command(process);
      }
    });
    resume_what_is_left();
    check_end();
  }

  const std::string& story() const { return stage_.story; }

 private:
  using Call = std::function<Result<CollectionReport>(Collector&)>;

  int below(int bound) { return stage_.below(bound); }

  void run_command(StageProcess& process) {
    WatchedStore called(store_, watch_, process.identity.id);
    PausingStore store(called, stage_, process, /*is_outermost=*/false);
    const LeaseRequest request{
        .org = "acme",
        .command = "backfill",
        .process = process.identity,
        .probe = [this](const ProcessIdentity& identity) { return stage_.state_of(identity); }};
    const auto held_by = holder();
    auto taken = take_lease(store, process, request, {});
    if (!taken) {
      happened_.refused += process.is_dead() ? 0 : 1;
      return note(process, "no lease: " + taken.error().describe(), taken.error());
    }
    if (held_by && taken->document.term > 1) {
      ++(stage_.state_of(*held_by) == ProcessState::kGone ? happened_.followed
                                                          : happened_.taken_over);
    }
    Lease lease(store, process, "acme", *taken);
    process.renewed_at = taken->asked_at;
    process.lease = &lease;
    collect(process, store, lease);
    process.lease = nullptr;
    const Status released = lease.release();
    EXPECT_TRUE(released || process.is_dead()) << released.error().describe();
  }

  void collect(StageProcess& process, ObjectStore& store, Lease& lease) {
    LeasedStore leased(store, lease);
    PausingStore outside(leased, stage_, process, /*is_outermost=*/true);
    const auto open = open_collections(store_, "Acme");
    ASSERT_TRUE(open);
    process.is_collecting = true;
    Result<CollectionReport> report = fail(ErrorCode::kInternal, "");
    if (!open->empty() && below(stage_.is_duel ? 20 : 4) != 0) {
      const std::string id = (*open)[static_cast<size_t>(below(static_cast<int>(open->size())))].id;
      stage_.story += fmt::format("{} resumes {}\n", process.identity.id, id);
      report =
          with_collector(outside, process, [&](Collector& c) { return c.resume("Acme", id, {}); });
    } else {
      const CollectionRequest request = some_repositories();
      stage_.story += fmt::format("{} starts with {}\n", process.identity.id,
                                  fmt::join(request.filter.include, ", "));
      report = with_collector(outside, process, [&](Collector& c) { return c.start(request, {}); });
    }
    process.is_collecting = false;
    if (!report) {
      return note(process, report.error().describe(), report.error());
    }
    if (report->failure) {
      return note(process, report->failure->describe(), *report->failure);
    }
    check_told(*report);
    stage_.story += fmt::format("{} has ended\n", process.identity.id);
  }

  // A collection that says it has ended well has moved the watermarks (and Watch sees them stay).
  void check_told(const CollectionReport& report) {
    EXPECT_TRUE(report.checkpoint.finished);
    const auto watermarks = read_watermarks(store_, "Acme");
    for (const RepositoryProgress& repository : report.checkpoint.repositories) {
      const Watermark* found = watermarks->find(repository.id);
      ASSERT_NE(found, nullptr) << repository.name;
      EXPECT_GE(found->until, report.checkpoint.until) << repository.name;
    }
  }

  CollectionRequest some_repositories() {
    CollectionRequest request{"acme", "backfill", stage_.now() - kBase + 1h};
    for (const std::string& name : names_) {
      if (below(3) != 0) {
        request.filter.include.push_back(name);
      }
    }
    if (request.filter.include.empty()) {
      request.filter.include = {names_[1]};
    }
    return request;
  }

  Result<CollectionReport> with_collector(ObjectStore& store, Clock& clock, const Call& call) {
    FakeClock github_clock;  // its waits are none of ours
    RateLimiter limiter(github_clock, {});
    GitHubClient client(github_, limiter, github_clock, client_options());
    Fetcher fetcher(client, 4);
    Collector collector(fetcher, store, clock, {1, 3}, [](const CollectionProgress&) {});
    return call(collector);
  }

  // Only another process may be the reason, unless this one is dead.
  void note(const StageProcess& process, const std::string& text, const Error& error) {
    stage_.story += fmt::format("{}: {}\n", process.identity.id, text);
    EXPECT_TRUE(process.is_dead() || error.code == ErrorCode::kPreconditionFailed) << text;
  }

  std::optional<ProcessIdentity> holder() {
    const auto object = store_.get(lease_key("Acme"));
    return object ? std::optional(decode_lease(object->bytes)->process) : std::nullopt;
  }

  void resume_what_is_left() {
    stage_.pass(10min);
    FakeClock clock(stage_.now());
    WatchedStore store(store_, watch_, 1);
    LeaseRequest request{.org = "acme", .command = "resume", .process = {.id = 1}};
    auto taken = take_lease(store, clock, request, {});
    ASSERT_TRUE(taken) << taken.error().describe();
    Lease lease(store, clock, "acme", *std::move(taken));
    const auto open = open_collections(store_, "Acme");
    ASSERT_TRUE(open);
    for (const OpenCollection& collection : *open) {
      const auto report = with_collector(
          store, clock, [&](Collector& c) { return c.resume("Acme", collection.id, {}); });
      ASSERT_TRUE(report) << report.error().describe();
      EXPECT_FALSE(report->failure) << report->failure->describe();
    }
    EXPECT_TRUE(open_collections(store_, "Acme")->empty());
    (void)lease.release();
    for (const auto& [id, writers] : watch_.writers()) {
      happened_.shared += writers.size() - writers.count(1) > 1 ? 1 : 0;
    }
  }

  void check_end() {
    std::map<std::string, Time> collected;  // until when, by repository
    std::set<std::string> explained;
    for (const auto& [key, bytes] : store_.objects()) {
      const auto id = parse_checkpoint_key(key);
      if (!id) {
        continue;
      }
      const Checkpoint checkpoint = *decode_checkpoint(bytes);
      for (const RepositoryProgress& repository : checkpoint.repositories) {
        Time& until = collected[repository.name];
        until = std::max(until, checkpoint.until);
        check_repository(checkpoint, repository, explained);
      }
    }
    check_chunks(explained);
    Tables truth = truth_of(github_);
    std::erase_if(truth, [&](const auto& row) {
      return !collected.contains(row.first.substr(0, row.first.find('/')));
    });
    EXPECT_EQ(collected_rows(store_), truth);
    // They may lag behind, after a crash before they were written, but never say too much.
    const auto watermarks = read_watermarks(store_, "Acme");
    for (const auto& [name, watermark] : watermarks->all()) {
      EXPECT_LE(watermark.until, collected[name]) << name;
      EXPECT_LE(watermark.from, kBase) << name;
    }
  }

  // Each collection by itself has every pull request.
  void check_repository(const Checkpoint& checkpoint, const RepositoryProgress& repository,
                        std::set<std::string>& explained) {
    EXPECT_EQ(repository.state, RepositoryState::kDone);
    std::set<int64_t> numbers;
    for (const auto& [key, bytes] : watch_.explained()) {
      const auto chunk = *parse_chunk_key(key);
      if (chunk.collection_id != checkpoint.collection_id || chunk.repo != repository.name ||
          !repository.explains(chunk.stream, chunk.number)) {
        continue;
      }
      explained.insert(key);
      if (chunk.stream == Stream::kPullRequests) {
        for_each_row(bytes, [&](const simdjson::dom::element& row) {
          numbers.insert(int64_t(row["number"]));
        });
      }
    }
    std::set<int64_t> all;
    const auto truth = github_.truth();
    for (const auto& [number, pull_request] : truth.at(repository.name).pull_requests) {
      all.insert(number);
    }
    EXPECT_EQ(numbers, all) << checkpoint.collection_id << " " << repository.name;
  }

  void check_chunks(const std::set<std::string>& explained) {
    const auto objects = store_.objects();
    for (const std::string& key : explained) {
      const auto found = objects.find(key);
      ASSERT_NE(found, objects.end()) << key << " is gone";
      EXPECT_EQ(found->second, watch_.explained().at(key)) << key << " has changed";
    }
    for (const auto& [key, bytes] : objects) {
      EXPECT_TRUE(!parse_chunk_key(key) || explained.contains(key)) << key << " is unexplained";
    }
  }

  Happened& happened_;
  FakeGitHub github_;
  MemoryStore store_;
  Watch watch_;
  Stage stage_;
  std::vector<std::string> names_;
};

TEST(Interleaving, OfTwoCollectorsLosesNothing) {
  configure_logging({.sink = [](std::string_view) {}});
  const uint32_t first = random_seed();
  const bool is_repeated = std::getenv("GITHUB_STATS_TEST_SEED") != nullptr;
  Happened happened;
  for (uint32_t i = 0; i < (is_repeated ? 1 : kInterleavings) && !testing::Test::HasFailure();
       ++i) {
    SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", first + i));
    Interleaving interleaving(first + i, happened);
    interleaving.run();
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << interleaving.story();
    }
  }
  std::string all =
      fmt::format("{} refused, {} taken over, {} followed, {} shared, {} stale", happened.refused,
                  happened.taken_over, happened.followed, happened.shared, happened.stale_writes);
  for (const auto& [what, times] : happened.fenced) {
    all += fmt::format(", {} fenced: {}", what, times);
  }
  if (!is_repeated && !testing::Test::HasFailure()) {
    EXPECT_TRUE(happened.refused > 0 && happened.taken_over > 0 && happened.followed > 0 &&
                happened.shared > 0 && happened.stale_writes > 0 &&
                happened.fenced["put chunk"] > 0 && happened.fenced["put checkpoint"] > 0)
        << all;
  }
  configure_logging({});
}

}  // namespace
}  // namespace github_stats
