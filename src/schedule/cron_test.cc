#include "schedule/cron.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "testing/random_seed.h"

namespace github_stats {
namespace {

std::string next_of(std::string_view times, std::string_view after) {
  const auto parsed = CronTimes::parse(times);
  return parsed ? format_time(parsed->next_after(*parse_time(after))) : parsed.error().describe();
}

TEST(CronTimes, GivesTheFirstTimeAfter) {
  struct Case {
    std::string_view times, after, next;
  };
  // The 31st of January 2026 is a Saturday.
  for (const Case& c : std::initializer_list<Case>{
           {"0 */6 * * *", "2026-01-31T12:00:00Z", "2026-01-31T18:00:00Z"},
           {"0 */6 * * *", "2026-01-31T17:59:59.999999Z", "2026-01-31T18:00:00Z"},
           {"0 */6 * * *", "2026-01-31T18:00:00.000001Z", "2026-02-01T00:00:00Z"},
           {"* * * * *", "2026-01-31T23:59:00Z", "2026-02-01T00:00:00Z"},
           {"*/20 9-17/4 * * *", "2026-01-31T09:40:00Z", "2026-01-31T13:00:00Z"},
           {"59 23 31 12 *", "2026-01-31T12:00:00Z", "2026-12-31T23:59:00Z"},
           {"15,45 3 * * *", "2026-01-31T03:15:00Z", "2026-01-31T03:45:00Z"},
           {"0 0 * * 0", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"},
           {"0 0 * * 7", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"},
           {"0 0 * * FRI-SUN", "2026-02-01T12:00:00Z", "2026-02-06T00:00:00Z"},
           {"0 0 * * mon,Wed", "2026-01-31T12:00:00Z", "2026-02-02T00:00:00Z"},
           {"0 0 1 jan,jul *", "2026-01-31T12:00:00Z", "2026-07-01T00:00:00Z"},
           {"  0   0 1 * *  ", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"},
           // Either day will do when both are given, both when one is any.
           {"0 0 10 * tue", "2026-01-31T12:00:00Z", "2026-02-03T00:00:00Z"},
           {"0 0 10 * tue", "2026-02-04T12:00:00Z", "2026-02-10T00:00:00Z"},
           {"0 0 */10 * tue", "2026-01-31T12:00:00Z", "2026-03-31T00:00:00Z"},
           {"0 0 29 2 *", "2026-01-31T12:00:00Z", "2028-02-29T00:00:00Z"},
           {"0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"},
       }) {
    EXPECT_EQ(next_of(c.times, c.after), c.next) << c.times << " after " << c.after;
  }
}

TEST(CronTimes, NamesTheFieldThatIsWrong) {
  for (const auto& [times, named] : std::initializer_list<std::pair<std::string, std::string>>{
           {"60 * * * *", "'60' can't be the minute"},
           {"* 24 * * *", "'24' can't be the hour"},
           {"* * 0 * *", "'0' can't be the day of the month"},
           {"* * 32 * *", "'32' can't be the day of the month"},
           {"* * * 13 *", "'13' can't be the month"},
           {"* * * * 8", "'8' can't be the day of the week"},
           {"* * * monday *", "'monday' can't be the month"},
           {"5-1 * * * *", "'5-1' can't be the minute"},
           {"*/0 * * * *", "'*/0' can't be the minute"},
           {"5/10 * * * *", "'5/10' can't be the minute"},
           {"1,,2 * * * *", "'1,,2' can't be the minute"},
           {"* -1 * * *", "'-1' can't be the hour"},
           {"* 1- * * *", "'1-' can't be the hour"},
           {"* +1 * * *", "'+1' can't be the hour"},
           {"* 99999999999999999999 * * *", "can't be the hour"},
           {"\x1b[2J * * * *", "'?[2J' can't be the minute"},
           {"* * * *", "has 4 fields instead of five"},
           {"* * * * * *", "has 6 fields instead of five"},
           {"", "has 0 fields instead of five"},
           {"@daily", "has 1 fields instead of five"},
           {"0 0 30 2 *", "no year has a day"},
           {"0 0 31 4,6,9,11 *", "no year has a day"},
       }) {
    const auto parsed = CronTimes::parse(times);
    ASSERT_FALSE(parsed) << times;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(parsed.error().message.find(named), std::string::npos) << parsed.error().message;
    EXPECT_NE(parsed.error().remedy, "") << times;
  }
  EXPECT_NE(CronTimes::parse("* 24 * * *").error().remedy.find("0 to 23"), std::string::npos);
}

// Fields of single values, against a look at every minute.
TEST(CronTimes, AgreesWithALookAtEveryMinute) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  const auto some = [&](int least, int most) {
    std::set<int> values;
    for (int i = 0; i < 3; ++i) {
      values.insert(std::uniform_int_distribution(least, most)(random));
    }
    return values;
  };
  for (int round = 0; round < 30; ++round) {
    const auto minute = some(0, 59);
    const auto hour = some(0, 23);
    const auto day = some(1, 31);
    const auto weekday = some(0, 6);
    const auto text = fmt::format("{} {} {} * {}", fmt::join(minute, ","), fmt::join(hour, ","),
                                  fmt::join(day, ","), fmt::join(weekday, ","));
    const auto times = CronTimes::parse(text);
    ASSERT_TRUE(times) << text;
    const Time start = Time(std::chrono::seconds(1'769'860'800)) +
                       std::chrono::seconds(std::uniform_int_distribution(0, 86'400 * 400)(random));
    Time expected = std::chrono::floor<std::chrono::minutes>(start) + std::chrono::minutes(1);
    for (;; expected += std::chrono::minutes(1)) {
      const auto midnight = std::chrono::floor<std::chrono::days>(expected);
      const std::chrono::year_month_day date(midnight);
      const auto of_day = (expected - midnight) / std::chrono::minutes(1);
      if (minute.contains(static_cast<int>(of_day % 60)) &&
          hour.contains(static_cast<int>(of_day / 60)) &&
          (day.contains(static_cast<int>(unsigned(date.day()))) ||
           weekday.contains(static_cast<int>(std::chrono::weekday(midnight).c_encoding())))) {
        break;
      }
    }
    EXPECT_EQ(format_time(times->next_after(start)), format_time(expected))
        << text << " after " << format_time(start);
  }
}

}  // namespace
}  // namespace github_stats
