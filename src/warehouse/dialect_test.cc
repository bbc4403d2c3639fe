#include "warehouse/dialect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "warehouse/sql_texts.h"

namespace github_stats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

const Dialect kDuckDb = Dialect::duckdb();
const Dialect kBigQuery = Dialect::bigquery("my-project", "stats");

std::string expanded(const Dialect& dialect, std::string_view text,
                     const Dialect::Parameters& parameters = {}) {
  const auto result = dialect.expand(text, parameters);
  return result ? *result : result.error().message;
}

struct Example {
  std::string_view text;
  std::string_view duckdb;
  std::string_view bigquery;
};

TEST(DialectOfSql, SaysEachThingAsItsWarehouseDoes) {
  constexpr Example kExamples[] = {
      {"SELECT 1", "SELECT 1", "SELECT 1"},
      {"FROM @table(reviews) AS r", "FROM reviews AS r", "FROM `my-project.stats`.reviews AS r"},
      {"FROM @temporary(winners)", "FROM temp.winners", "FROM winners"},
      {"CAST(x AS @text)", "CAST(x AS VARCHAR)", "CAST(x AS STRING)"},
      {"CAST(x AS @integer)", "CAST(x AS BIGINT)", "CAST(x AS INT64)"},
      {"CAST(x AS @real)", "CAST(x AS DOUBLE)", "CAST(x AS FLOAT64)"},
      {"@day(x.y)", "CAST(x.y AS DATE)", "DATE(x.y, 'UTC')"},
      {"@week(x)", "CAST(date_trunc('week', x) AS DATE)", "DATE_TRUNC(DATE(x, 'UTC'), ISOWEEK)"},
      {"@elapsed(hour, a, b) > 2", "date_sub('hour', a, b) > 2", "TIMESTAMP_DIFF(b, a, hour) > 2"},
      {"@any_true(x)", "bool_or(x)", "LOGICAL_OR(x)"},
      {"@each([a, b], x)", "unnest([a, b]) AS each(x)", "UNNEST([a, b]) AS x"},
      {"@percentile(x, 0.5)", "quantile_cont(x, 0.5)",
       "(ARRAY_AGG(x IGNORE NULLS ORDER BY x)"
       "[SAFE_OFFSET(CAST(FLOOR((CAST(0.5 AS FLOAT64) * (COUNT(x) - 1))) AS INT64))]"
       " * (1 - ((CAST(0.5 AS FLOAT64) * (COUNT(x) - 1))"
       " - FLOOR((CAST(0.5 AS FLOAT64) * (COUNT(x) - 1)))))"
       " + ARRAY_AGG(x IGNORE NULLS ORDER BY x)"
       "[SAFE_OFFSET(CAST(CEIL((CAST(0.5 AS FLOAT64) * (COUNT(x) - 1))) AS INT64))]"
       " * ((CAST(0.5 AS FLOAT64) * (COUNT(x) - 1))"
       " - FLOOR((CAST(0.5 AS FLOAT64) * (COUNT(x) - 1)))))"},
  };
  for (const auto& [text, duckdb, bigquery] : kExamples) {
    EXPECT_EQ(expanded(kDuckDb, text), duckdb);
    EXPECT_EQ(expanded(kBigQuery, text), bigquery);
  }
}

TEST(DialectOfSql, UnderstandsCallsWithinCalls) {
  EXPECT_EQ(expanded(kBigQuery, "@elapsed(second, coalesce(a, b), @now)"),
            "TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), coalesce(a, b), second)");
  EXPECT_EQ(expanded(kBigQuery, "@any_true(@day( (a) ) = f(',)', b[1, 2]))"),
            "LOGICAL_OR(DATE((a), 'UTC') = f(',)', b[1, 2]))");
}

TEST(DialectOfSql, LeavesCommentsAndQuotedTextAlone) {
  for (const std::string_view text : {"-- it's @nothing(\nSELECT 1 -- @this", "SELECT '@now', '@'",
                                      "\"@text\"", "`@text`", "'it''s @now'"}) {
    EXPECT_EQ(expanded(kBigQuery, text), text);
  }
}

TEST(DialectOfSql, PutsInWhatTheCallerGives) {
  EXPECT_EQ(expanded(kDuckDb, "x.@number IN (@times)", {{"number", "pr_number"}, {"times", "@a"}}),
            "x.pr_number IN (@a)");
  EXPECT_EQ(expanded(kBigQuery, "@day(@time)", {{"time", "t"}}), "DATE(t, 'UTC')");
}

TEST(DialectOfSql, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(expanded(kDuckDb, "SELECT @yesterday"), HasSubstr("@yesterday"));
  EXPECT_THAT(expanded(kDuckDb, "@day"), HasSubstr("1 arguments, not 0"));
  EXPECT_THAT(expanded(kDuckDb, "@day(a, b)"), HasSubstr("not 2"));
  EXPECT_THAT(expanded(kDuckDb, "@any_true(@tomorrow(x))"), HasSubstr("@tomorrow"));
  EXPECT_THAT(expanded(kDuckDb, "@day(f(x)"), HasSubstr("no end: f(x)"));
  EXPECT_THAT(expanded(kDuckDb, "a @ b"), HasSubstr("there is no @ "));
  EXPECT_EQ(kDuckDb.expand("@times").error().code, ErrorCode::kInternal);
}

TEST(DialectOfSql, WritesAnyTextAsALiteral) {
  EXPECT_EQ(kDuckDb.literal("it's \\ so\n"), "'it''s \\ so\n'");
  EXPECT_EQ(kBigQuery.literal("it's \\ so\n"), R"('it\'s \\ so\n')");
}

TEST(SqlTexts, SayOnTopWhatTheyAreForAndEndInNoNewline) {
  EXPECT_TRUE(std::ranges::is_sorted(sql_texts(), {}, &EmbeddedText::name));
  EXPECT_THAT(sql_texts(), Not(IsEmpty()));
  for (const auto& [name, text] : sql_texts()) {
    EXPECT_THAT(text, AllOf(StartsWith("-- "), Not(testing::EndsWith("\n")))) << name;
  }
}

}  // namespace
}  // namespace github_stats
