#include "report/period.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/rows_fixture.h"

namespace github_stats {
namespace {

using testing::HasSubstr;

std::string chosen(const WantedPeriod& wanted) {
  const auto period = choose_period(wanted, at("2026-03-31T10:00:00Z"));
  return period ? format_day(period->first) + " to " + format_day(period->last)
                : period.error().describe();
}

TEST(Period, IsTwelveWeeksUpToTheLastDayUnlessTold) {
  EXPECT_EQ(chosen({}), "2026-01-07 to 2026-03-31");
  EXPECT_EQ(chosen({.first = "", .last = "2026-03-25"}), "2026-01-01 to 2026-03-25");
  EXPECT_EQ(chosen({.first = "2026-03-31", .last = ""}), "2026-03-31 to 2026-03-31");
  EXPECT_EQ(chosen({.first = "2024-02-29", .last = "2024-03-01"}), "2024-02-29 to 2024-03-01");
}

TEST(Period, EndsWhereTheRowsEnd) {
  EXPECT_EQ(chosen({.first = "2026-03-01", .last = "2027-01-01"}), "2026-03-01 to 2026-03-31");
}

TEST(Period, MustHaveADay) {
  EXPECT_THAT(chosen({.first = "2026-04-01", .last = ""}),
              HasSubstr("no day from 2026-04-01 to 2026-03-31"));
  EXPECT_THAT(chosen({.first = "2026-02-30", .last = ""}), HasSubstr("--from: '2026-02-30'"));
  EXPECT_THAT(chosen({.first = "", .last = "soon"}), HasSubstr("--to: 'soon'"));
  EXPECT_THAT(chosen({.first = "1800-01-01", .last = ""}), HasSubstr("more than 36500 days"));
}

TEST(Period, HasAsManyDaysBefore) {
  const Period march{day("2026-03-01"), day("2026-03-31")};
  EXPECT_EQ(march.days(), 31);
  EXPECT_EQ(before(march), (Period{day("2026-01-29"), day("2026-02-28")}));
}

TEST(Week, BeginsOnMonday) {
  EXPECT_EQ(format_day(week_of(day("2026-01-12"))), "2026-01-12");
  EXPECT_EQ(format_day(week_of(day("2026-01-18"))), "2026-01-12");
  EXPECT_EQ(format_day(week_of(day("2026-01-01"))), "2025-12-29");
  EXPECT_EQ(format_day(week_of(day("1969-12-31"))), "1969-12-29");
}

TEST(AsOf, IsAMomentOrTheEndOfADay) {
  EXPECT_EQ(*parse_as_of("2026-01-31"), at("2026-01-31T23:59:59Z"));
  EXPECT_EQ(*parse_as_of("2026-01-31T12:00:00+02:00"), at("2026-01-31T10:00:00Z"));
  for (const char* const wrong : {"", "yesterday", "2026-02-30", "2026-01-31 12:00"}) {
    const auto parsed = parse_as_of(wrong);
    ASSERT_FALSE(parsed) << wrong;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace github_stats
