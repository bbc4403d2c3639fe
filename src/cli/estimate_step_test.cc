#include "cli/estimate_step.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using namespace std::chrono_literals;

TEST(EstimateTime, SharesRequestsAmongWorkers) {
  const TimeEstimate time = estimate_time(100, {.left = 5000, .per_hour = 5000}, 10);
  EXPECT_EQ(time.asking, 15s);
  EXPECT_EQ(time.waiting, 0s);
}

TEST(EstimateTime, WaitsForTheHoursThatItTakes) {
  EXPECT_EQ(estimate_time(5001, {.left = 5000, .per_hour = 5000}, 10).waiting, 1h);
  EXPECT_EQ(estimate_time(12'000, {.left = 1000, .per_hour = 5000}, 10).waiting, 3h);
  EXPECT_EQ(estimate_time(12'000, {.left = 11'000, .per_hour = 15'000}, 10).waiting, 1h);
}

TEST(EstimateTime, WaitsForNothingWhereThereIsNoLimit) {
  EXPECT_EQ(estimate_time(1'000'000, {.left = std::nullopt, .per_hour = 5000}, 10).waiting, 0s);
}

}  // namespace
}  // namespace github_stats
