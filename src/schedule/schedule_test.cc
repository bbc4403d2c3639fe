#include "schedule/schedule.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "testing/random_seed.h"

namespace github_stats {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

const Time kStart = *parse_time("2026-01-31T12:00:30Z");

TEST(Schedule, SlotsAreWholeIntervalsFromTheStart) {
  const Schedule schedule = Schedule::every(hours(6), kStart);
  EXPECT_EQ(schedule.next_after(kStart), kStart + hours(6));
  EXPECT_EQ(schedule.next_after(kStart + microseconds(1)), kStart + hours(6));
  EXPECT_EQ(schedule.next_after(kStart + hours(6) - microseconds(1)), kStart + hours(6));
  EXPECT_EQ(schedule.next_after(kStart + hours(6)), kStart + hours(12));
  EXPECT_EQ(schedule.next_after(kStart + hours(100)), kStart + hours(102));
}

TEST(Schedule, SlotsGoOnBeforeTheStart) {
  const Schedule schedule = Schedule::every(hours(6), kStart);
  EXPECT_EQ(schedule.next_after(kStart - microseconds(1)), kStart);
  EXPECT_EQ(schedule.next_after(kStart - hours(6)), kStart);
  EXPECT_EQ(schedule.next_after(kStart - hours(7)), kStart - hours(6));
}

TEST(Schedule, TheNextSlotIsTheNearestLaterOne) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 1'000; ++round) {
    const Duration interval(std::uniform_int_distribution<int64_t>(1, 100'000'000'000)(random));
    const Duration offset(
        std::uniform_int_distribution<int64_t>(-10'000'000'000'000, 10'000'000'000'000)(random));
    const Schedule schedule = Schedule::every(interval, kStart);
    const Time now = kStart + offset;
    const Time slot = schedule.next_after(now);
    EXPECT_GT(slot, now);
    EXPECT_LE(slot - now, interval);
    EXPECT_EQ((slot - kStart) % interval, Duration(0));
  }
}

TEST(Schedule, CanBeTimesOfCron) {
  const Schedule schedule = Schedule::at(*CronTimes::parse("0 */6 * * *"));
  EXPECT_EQ(format_time(schedule.next_after(kStart)), "2026-01-31T18:00:00Z");
}

}  // namespace
}  // namespace github_stats
