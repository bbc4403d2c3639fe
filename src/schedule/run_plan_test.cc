#include "schedule/run_plan.h"

#include <gtest/gtest.h>

#include <vector>

namespace github_stats {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Time kStart = *parse_time("2026-01-31T12:00:00Z");

RunPlan every_six_hours(Duration jitter = Duration(0), double random = 0) {
  return RunPlan(Schedule::every(hours(6), kStart), jitter, [random] { return random; });
}

TEST(RunPlan, TheFirstRunIsDueAtOnceAndTheNextInItsSlot) {
  RunPlan plan = every_six_hours();
  const DueRun first = plan.first(kStart);
  EXPECT_EQ(first.at, kStart);
  EXPECT_EQ(to_string(first.reason), "start");
  const DueRun next = plan.next(kStart + minutes(10), RunOutcome::kDone);
  EXPECT_EQ(next.at, kStart + hours(6));
  EXPECT_EQ(to_string(next.reason), "schedule");
}

TEST(RunPlan, ARunThatOutlastsSlotsMissesThem) {
  RunPlan plan = every_six_hours();
  plan.first(kStart);
  EXPECT_EQ(plan.next(kStart + hours(13), RunOutcome::kDone).at, kStart + hours(18));
}

TEST(RunPlan, AFailedRunIsTriedAgainAfterAMinuteThenTwiceThat) {
  RunPlan plan = every_six_hours();
  Time now = plan.first(kStart).at;
  std::vector<int64_t> waits;
  DueRun due;
  do {
    due = plan.next(now, RunOutcome::kFailed);
    waits.push_back((due.at - now) / minutes(1));
    now = due.at;
  } while (due.reason == DueReason::kRetry);
  // What is left of the six hours after four and a quarter of them is less than the next wait.
  EXPECT_EQ(waits, (std::vector<int64_t>{1, 2, 4, 8, 16, 32, 64, 128, 105}));
  EXPECT_EQ(now, kStart + hours(6));
  EXPECT_EQ(plan.failures(), 9);
  EXPECT_EQ(plan.next(now, RunOutcome::kFailed).at, kStart + hours(12));
}

TEST(RunPlan, FailingForYearsItKeepsToItsSlots) {
  RunPlan plan = every_six_hours();
  DueRun due = plan.first(kStart);
  for (int i = 0; i < 10'000; ++i) {
    const Time now = due.at + seconds(5);
    due = plan.next(now, RunOutcome::kFailed);
    ASSERT_GT(due.at, now);
    ASSERT_LE(due.at - now, hours(6));
  }
}

TEST(RunPlan, ARunThatIsDoneForgetsFailures) {
  RunPlan plan = every_six_hours();
  plan.first(kStart);
  plan.next(kStart, RunOutcome::kFailed);
  plan.next(kStart + minutes(1), RunOutcome::kFailed);
  EXPECT_EQ(plan.next(kStart + minutes(3), RunOutcome::kDone).at, kStart + hours(6));
  EXPECT_EQ(plan.failures(), 0);
  EXPECT_EQ(plan.next(kStart + hours(6), RunOutcome::kFailed).at, kStart + hours(6) + minutes(1));
}

TEST(RunPlan, JitterPutsEachSlotOff) {
  RunPlan plan = every_six_hours(minutes(10), 0.5);
  EXPECT_EQ(plan.first(kStart).at, kStart + minutes(5));
  EXPECT_EQ(plan.next(kStart + minutes(6), RunOutcome::kDone).at, kStart + hours(6) + minutes(5));
}

TEST(RunPlan, JitterTakesNoMoreThanThereIsToTheNextSlot) {
  RunPlan plan = every_six_hours(hours(100), 0.999);
  EXPECT_LT(plan.first(kStart).at, kStart + hours(6));
  const DueRun next = plan.next(kStart + hours(1), RunOutcome::kDone);
  EXPECT_GE(next.at, kStart + hours(6));
  EXPECT_LT(next.at, kStart + hours(12));
}

TEST(RunPlan, AClockThatIsCorrectedServesNoSlotTwice) {
  RunPlan plan = every_six_hours();
  plan.first(kStart);
  const DueRun due = plan.next(kStart + minutes(1), RunOutcome::kDone);
  EXPECT_EQ(plan.next(due.at - seconds(2), RunOutcome::kDone).at, kStart + hours(12));
}

TEST(RunPlan, AClockThatIsSetBackHasItsOwnSlots) {
  RunPlan plan = every_six_hours();
  plan.first(kStart);
  const DueRun due = plan.next(kStart + minutes(1), RunOutcome::kDone);
  EXPECT_EQ(plan.next(due.at - hours(100), RunOutcome::kDone).at, due.at - hours(96));
}

TEST(RunPlan, ARetryServesNoSlot) {
  RunPlan plan = every_six_hours();
  plan.first(kStart);
  const Time late = kStart + hours(6) - seconds(90);
  EXPECT_EQ(plan.next(late, RunOutcome::kFailed).reason, DueReason::kRetry);
  EXPECT_EQ(plan.next(late + minutes(1), RunOutcome::kDone).at, kStart + hours(6));
}

}  // namespace
}  // namespace github_stats
