#include "base/clock.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

TEST(ParseTime, ReadsWhatGitHubAndWeWrite) {
  const struct {
    std::string_view text;
    std::string_view normal;
  } cases[] = {
      {"2026-01-31T23:59:59Z", "2026-01-31T23:59:59Z"},
      {"2026-01-31T23:59:59.5Z", "2026-01-31T23:59:59.500000Z"},
      {"2026-01-31T23:59:59.1234567Z", "2026-01-31T23:59:59.123456Z"},
      {"2026-01-31T23:59:59+02:30", "2026-01-31T21:29:59Z"},
      {"2026-01-31T23:59:59-00:30", "2026-02-01T00:29:59Z"},
      {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
      {"2024-02-29t00:00:00z", "2024-02-29T00:00:00Z"},
  };
  for (const auto& c : cases) {
    const auto time = parse_time(c.text);
    ASSERT_TRUE(time) << c.text;
    EXPECT_EQ(format_time(*time), c.normal);
  }
}

TEST(ParseTime, RefusesWhatIsNotATime) {
  for (const std::string_view text :
       {"", "2026", "2026-01-31", "2026-01-31T23:59:59", "2026-01-31 23:59:59Z",
        "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2026-01-31T24:00:00Z",
        "2026-01-31T23:60:00Z", "2026-01-31T23:59:59.Z", "2026-01-31T23:59:59+0230",
        "2026-01-31T23:59:59+02:3x", "2026-0a-31T23:59:59Z", "2026-01-31T23:59:59ZZ"}) {
    const auto time = parse_time(text);
    ASSERT_FALSE(time) << text;
    EXPECT_EQ(time.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(CompactTime, GoesThereAndBack) {
  const auto time = parse_time("2026-01-31T23:59:59Z");
  ASSERT_TRUE(time);
  EXPECT_EQ(format_compact_time(*time), "20260131T235959Z");
  EXPECT_EQ(*parse_compact_time("20260131T235959Z"), *time);
  EXPECT_FALSE(parse_compact_time("20260131T235959"));
  EXPECT_FALSE(parse_compact_time("20260131X235959Z"));
  EXPECT_FALSE(parse_compact_time("20261331T235959Z"));
}

TEST(IsDate, TakesCalendarDaysOnly) {
  EXPECT_TRUE(is_date("2024-02-29"));
  EXPECT_FALSE(is_date("2025-02-29"));
  EXPECT_FALSE(is_date("2025-2-9"));
  EXPECT_FALSE(is_date("2025-02-09T"));
}

TEST(SystemClock, ASleepEndsWhenToldToStop) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(system_clock().sleep_for(std::chrono::hours(1), stop.get_token()));
}

TEST(SystemClock, CanRunFasterThanTime) {
  const auto clock = make_system_clock(kMostClockRate);  // an hour in 3.6 ms
  const Time before = clock->now();
  const Duration begin = clock->elapsed();
  EXPECT_TRUE(clock->sleep_for(std::chrono::hours(1), {}));
  EXPECT_GE(clock->elapsed() - begin, std::chrono::hours(1));
  EXPECT_GE(clock->now() - before, std::chrono::hours(1));
  EXPECT_LT(before - system_clock().now(), std::chrono::hours(1000)) << "it starts at the present";
}

}  // namespace
}  // namespace github_stats
