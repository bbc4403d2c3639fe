#include "observe/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace github_stats {
namespace {

using Phase = Health::Phase;
using std::chrono::hours;
using std::chrono::seconds;
using testing::HasSubstr;

class HealthTest : public testing::Test {
 protected:
  FakeClock clock_;
  Health health_{clock_};
};

TEST_F(HealthTest, IsReadyOnceItHasStarted) {
  EXPECT_EQ(health_.why_not_ready(), "starting");
  EXPECT_EQ(health_.why_not_alive(), std::nullopt);
  health_.alive_in(Phase::kWaiting);
  EXPECT_EQ(health_.why_not_ready(), std::nullopt);
}

TEST_F(HealthTest, SilenceOfWhatShouldStirIsTold) {
  for (const auto& [phase, doing] : {std::pair<Phase, std::string>{Phase::kWaiting, "waiting"},
                                     {Phase::kCollecting, "collecting"}}) {
    health_.alive_in(phase);
    clock_.advance(kLongestSilence);
    EXPECT_EQ(health_.why_not_alive(), std::nullopt);
    clock_.advance(seconds(5));
    EXPECT_THAT(health_.why_not_alive().value_or(""), HasSubstr("605 seconds while " + doing));
    health_.alive_in(phase);
    EXPECT_EQ(health_.why_not_alive(), std::nullopt);
  }
}

TEST_F(HealthTest, WhatMayTakeLongMayBeSilent) {
  for (const Phase phase : {Phase::kStarting, Phase::kBeginning, Phase::kLoading}) {
    health_.alive_in(phase);
    clock_.advance(hours(30));
    EXPECT_EQ(health_.why_not_alive(), std::nullopt);
  }
}

TEST_F(HealthTest, AClockThatIsSetMakesNothingSeemStuck) {
  health_.alive_in(Phase::kWaiting);
  clock_.jump(hours(24));
  EXPECT_EQ(health_.why_not_alive(), std::nullopt);
}

TEST_F(HealthTest, IsNotReadyWhileRunsFailInARow) {
  health_.alive_in(Phase::kWaiting);
  for (int64_t i = 1; i < kTooManyFailures; ++i) {
    health_.run_ended("acme", ErrorCode::kUnavailable);
    EXPECT_EQ(health_.why_not_ready(), std::nullopt);
  }
  health_.run_ended("acme", ErrorCode::kUnauthenticated);
  EXPECT_EQ(health_.why_not_ready(),
            "3 runs of acme in a row failed, the last with unauthenticated");
  EXPECT_EQ(health_.why_not_alive(), std::nullopt) << "a restart would mend nothing";
  health_.run_ended("acme", std::nullopt);
  EXPECT_EQ(health_.why_not_ready(), std::nullopt);
}

TEST_F(HealthTest, CountsFailuresByOrganisation) {
  health_.alive_in(Phase::kWaiting);
  for (int64_t i = 0; i < kTooManyFailures; ++i) {
    EXPECT_EQ(health_.why_not_ready(), std::nullopt);
    health_.run_ended("bad", ErrorCode::kDataLoss);
    health_.run_ended("good", std::nullopt);
  }
  EXPECT_THAT(health_.why_not_ready().value_or(""), HasSubstr("bad"));
}

}  // namespace
}  // namespace github_stats
