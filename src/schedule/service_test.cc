#include "schedule/service.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "base/log.h"
#include "testing/fake_clock.h"
#include "testing/random_seed.h"

namespace github_stats {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kInterval = hours(6);

// What a run did, on the clock that nobody sets. A run collects what has changed since the last one
// that was done, as GitHub's clock, which is this one, dates it.
struct PastRun {
  Duration began, ended;
  Duration since, until;
  bool is_done;
};

// A service whose runs take as long and end as a test says; stopped when it has run for long
// enough.
class ServiceTest : public testing::Test {
 protected:
  struct Fate {
    Duration takes = minutes(2);
    RunOutcome outcome = RunOutcome::kDone;
  };

  ServiceTest() {
    configure_logging({LogLevel::kError});
    clock_.on_sleep([this](Duration) {
      if (on_sleep_) {
        on_sleep_();
      }
      if (clock_.elapsed() + kLongestLookAway >= ends_) {
        stop_.request_stop();
      }
    });
  }
  ~ServiceTest() override { configure_logging({}); }

  void serve(Duration until, const std::function<Fate(size_t)>& fate) {
    serve(Schedule::every(kInterval, clock_.now()), until, fate);
  }

  void serve(const Schedule& schedule, Duration until, const std::function<Fate(size_t)>& fate) {
    ends_ = until;
    stop_ = std::stop_source();
    RunPlan plan(schedule, jitter_, [this] { return random_(); });
    run_service(
        clock_, plan,
        [&](DueReason) {
          const Fate one = fate(runs_.size());
          PastRun run{.began = clock_.elapsed(),
                      .ended = {},
                      .since = collected_,
                      .until = clock_.elapsed(),
                      .is_done = one.outcome == RunOutcome::kDone};
          clock_.advance(one.takes);
          run.ended = clock_.elapsed();
          if (run.is_done) {
            collected_ = run.until;
          }
          runs_.push_back(run);
          return one.outcome;
        },
        stop_.get_token());
  }

  std::vector<Duration> beginnings() const {
    std::vector<Duration> all;
    for (const PastRun& run : runs_) {
      all.push_back(run.began);
    }
    return all;
  }

  // What the runs that were done collected adds up to all there was: no gap, and nothing twice.
  void expect_all_collected() const {
    Duration at{0};
    for (const PastRun& run : runs_) {
      EXPECT_EQ(run.since, at);
      at = run.is_done ? run.until : at;
    }
    EXPECT_EQ(at, collected_);
  }

  FakeClock clock_;
  std::stop_source stop_;
  std::function<void()> on_sleep_;
  std::function<double()> random_ = [] { return 0.0; };
  Duration jitter_{0};
  Duration ends_{0};
  Duration collected_{0};
  std::vector<PastRun> runs_;
};

TEST_F(ServiceTest, RunsAreDueAtWholeIntervalsForWeeks) {
  serve(days(28), [](size_t) { return Fate{}; });
  ASSERT_EQ(runs_.size(), 4U * 28);
  for (size_t i = 0; i < runs_.size(); ++i) {
    EXPECT_EQ(runs_[i].began, static_cast<int64_t>(i) * kInterval);
  }
  expect_all_collected();
}

TEST_F(ServiceTest, RunsAreDueAtTimesOfCron) {
  // It begins at noon on a Saturday.
  serve(Schedule::at(*CronTimes::parse("30 2 * * mon-fri")), days(4),
        [](size_t) { return Fate{}; });
  const Duration first_of_week = hours(24 + 14) + minutes(30);
  EXPECT_EQ(beginnings(),
            (std::vector<Duration>{Duration(0), first_of_week, first_of_week + days(1),
                                   first_of_week + days(2)}));
}

TEST_F(ServiceTest, ALongRunDelaysOnlyWhatItOutlasts) {
  serve(days(2), [](size_t i) { return Fate{.takes = i == 1 ? Duration(hours(13)) : minutes(2)}; });
  EXPECT_EQ(beginnings(), (std::vector<Duration>{hours(0), hours(6), hours(24), hours(30),
                                                 hours(36), hours(42)}));
  expect_all_collected();
}

TEST_F(ServiceTest, OneRunCoversADowntime) {
  serve(days(1), [](size_t) { return Fate{}; });
  ASSERT_EQ(runs_.size(), 4U);
  clock_.advance(days(10));
  const Duration back = clock_.elapsed();
  serve(back + days(1), [](size_t) { return Fate{}; });
  ASSERT_EQ(runs_.size(), 8U);
  EXPECT_EQ(runs_[4].began, back);
  EXPECT_EQ(runs_[4].since, hours(18));
  expect_all_collected();
}

TEST_F(ServiceTest, FailuresAreTriedAgainAndEndNothing) {
  serve(days(1), [](size_t i) {
    return Fate{seconds(0), i < 3 ? RunOutcome::kFailed : RunOutcome::kDone};
  });
  EXPECT_EQ(beginnings(), (std::vector<Duration>{minutes(0), minutes(1), minutes(3), minutes(7),
                                                 hours(6), hours(12), hours(18)}));
  expect_all_collected();
}

TEST_F(ServiceTest, AClockSetForwardBringsAMissedRunWithinAMinute) {
  bool was_set = false;
  on_sleep_ = [&] {
    if (!was_set && clock_.elapsed() >= hours(1)) {
      was_set = true;
      clock_.jump(hours(50));
    }
  };
  serve(hours(9), [](size_t) { return Fate{}; });
  // The wall clock was 51 hours after the start then: slots were missed, and 54 is the next.
  ASSERT_EQ(runs_.size(), 3U);
  EXPECT_LE(runs_[1].began, hours(1) + 2 * kLongestLookAway);
  EXPECT_EQ(runs_[2].began, hours(4));
  expect_all_collected();
}

TEST_F(ServiceTest, AClockSetBackDelaysNothing) {
  bool was_set = false;
  on_sleep_ = [&] {
    if (!was_set && clock_.elapsed() >= hours(1)) {
      was_set = true;
      clock_.jump(-days(365) - hours(2));
    }
  };
  serve(hours(20), [](size_t) { return Fate{}; });
  EXPECT_EQ(beginnings(), (std::vector<Duration>{hours(0), hours(6), hours(8), hours(14)}));
  expect_all_collected();
}

TEST_F(ServiceTest, AClockThatIsCorrectedAllTheTimeChangesNothing) {
  on_sleep_ = [&] {
    clock_.jump(clock_.elapsed() / minutes(1) % 2 == 0 ? seconds(3) : -seconds(3));
  };
  serve(days(7), [](size_t) { return Fate{.takes = Duration(1)}; });
  EXPECT_EQ(runs_.size(), 4U * 7);
  for (size_t i = 0; i < runs_.size(); ++i) {
    EXPECT_LE(std::chrono::abs(runs_[i].began - static_cast<int64_t>(i) * kInterval), seconds(10));
  }
}

TEST_F(ServiceTest, AStopEndsTheWaitAtOnce) {
  serve(hours(3), [](size_t) { return Fate{}; });
  EXPECT_EQ(runs_.size(), 1U);
  EXPECT_LE(clock_.elapsed(), hours(3));
}

TEST_F(ServiceTest, AStopDuringARunIsTheLastOne) {
  serve(days(9), [this](size_t i) {
    if (i == 2) {
      stop_.request_stop();
    }
    return Fate{.outcome = RunOutcome::kFailed};
  });
  EXPECT_EQ(runs_.size(), 3U);
}

TEST_F(ServiceTest, SaysThatItWaitsOnceAMinuteAndForWhat) {
  std::vector<std::pair<Duration, Time>> said;
  ends_ = hours(7);
  RunPlan plan(Schedule::every(kInterval, clock_.now()), {}, random_);
  const Time begin = clock_.now();
  run_service(
      clock_, plan, [](DueReason) { return RunOutcome::kDone; }, stop_.get_token(),
      [&](Time due) { said.emplace_back(clock_.elapsed(), due); });
  ASSERT_GE(said.size(), 2U);
  for (size_t i = 0; i < said.size(); ++i) {
    EXPECT_LE(said[i].first - (i > 0 ? said[i - 1].first : Duration(0)), kLongestLookAway);
    EXPECT_EQ(said[i].second, begin + (said[i].first < kInterval ? 1 : 2) * kInterval);
  }
}

TEST_F(ServiceTest, StoppedBeforeItBeginsItRunsNothing) {
  stop_.request_stop();
  RunPlan plan(Schedule::every(kInterval, clock_.now()), {}, random_);
  run_service(
      clock_, plan, [](DueReason) { return ADD_FAILURE(), RunOutcome::kDone; }, stop_.get_token());
}

// Weeks in which everything goes wrong at random.
TEST_F(ServiceTest, WhateverHappensThereIsNoGapAndNoOverlap) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  const auto one_in = [&](int n) { return std::uniform_int_distribution(1, n)(random) == 1; };
  const auto up_to = [&](Duration most) {
    return Duration(std::uniform_int_distribution<int64_t>(0, most.count())(random));
  };
  random_ = [&] { return std::uniform_real_distribution(0.0, 1.0)(random); };
  int64_t jumps = 0;
  on_sleep_ = [&] {
    if (one_in(2'000)) {
      clock_.jump(up_to(days(2)) - days(1));
      ++jumps;
    }
  };
  for (int life = 1; life <= 6; ++life) {
    jitter_ = one_in(2) ? minutes(20) : Duration(0);
    serve(clock_.elapsed() + days(14), [&](size_t) {
      return Fate{.takes = one_in(10) ? up_to(hours(20)) : up_to(minutes(30)),
                  .outcome = one_in(4) ? RunOutcome::kFailed : RunOutcome::kDone};
    });
    clock_.advance(up_to(days(3)));  // nobody starts it again
    runs_.back().ended = clock_.elapsed();
  }
  expect_all_collected();
  int64_t failed = 0;
  for (size_t i = 1; i < runs_.size(); ++i) {
    const Duration pause = runs_[i].began - runs_[i - 1].ended;
    EXPECT_GE(pause, Duration(0)) << "run " << i << " overlaps the one before";
    EXPECT_LE(pause, kInterval + jitter_ + minutes(20)) << "run " << i << " came late";
    failed += runs_[i].is_done ? 0 : 1;
  }
  // At most one for a slot, one for a failure, and one for a jump, besides the first of each life.
  const int64_t slots = clock_.elapsed() / kInterval;
  EXPECT_LE(static_cast<int64_t>(runs_.size()), slots + failed + jumps + 7);
}

}  // namespace
}  // namespace github_stats
