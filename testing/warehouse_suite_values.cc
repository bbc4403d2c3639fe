// The part of the conformance suite about values: what goes in comes out.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "testing/warehouse_suite.h"

namespace github_stats {

using testing::ElementsAre;
using testing::SizeIs;
using enum Stream;

TEST_P(WarehouseSuite, KeepsNullsAndMissingFieldsNull) {
  load(
      {TestRow(kPullRequests, 1).set("body", "null").set("author", "null").set("additions", "null"),
       TestRow(kPullRequests, 2)});
  EXPECT_THAT(select("SELECT body, author, additions, merged_at, is_draft FROM pull_requests"),
              ElementsAre("null|null|null|null|null", "null|null|null|null|null"));
}

TEST_P(WarehouseSuite, KeepsEmptyTextsApartFromNull) {
  load({TestRow(kPullRequests, 1).set_text("body", "")});
  EXPECT_THAT(select("SELECT count(*) FROM pull_requests WHERE body = ''"), ElementsAre("1"));
}

TEST_P(WarehouseSuite, KeepsListsAndTakesNoListForAnEmptyOne) {
  load({TestRow(kPullRequests, 1)
            .set("labels", R"(["b","a, \"quoted\"","日本"])")
            .set("assignees", "[]")
            .set("requested_reviewers", "null"),
        TestRow(kPullRequests, 2)});
  EXPECT_THAT(select("SELECT number, labels, assignees, requested_reviewers FROM pull_requests "
                     "ORDER BY number"),
              ElementsAre(R"(1|["b","a, \"quoted\"","日本"]|[]|[])", "2|[]|[]|[]"));
}

TEST_P(WarehouseSuite, KeepsAnyText) {
  using namespace std::string_literals;
  const std::string texts[] = {
      "naïve 日本語 🎉 \xf0\x9d\x94\xb8",
      "'; DROP TABLE commits; --",
      R"(\ " ' ` $1 ? {} %s \n)",
      "line\nbreak\r\n\ttab",
      "\x01\x02\x1f\x7f\u2028\u2029\ufeff",
      "before\0after"s,
      "null",
      "  spaces  ",
      std::string(60 * 1024, 'b'),
  };
  std::vector<TestRow> rows = {TestRow(kPullRequests, 1)};
  for (size_t i = 0; i < std::size(texts); ++i) {
    rows.push_back(TestRow(kIssueComments, 1, fmt::to_string(i)).set_text("body", texts[i]));
  }
  load(rows);
  EXPECT_THAT(select("SELECT body FROM issue_comments ORDER BY id"),
              testing::ElementsAreArray(texts));
}

TEST_P(WarehouseSuite, KeepsARowOfManyMegabytes) {
  load({TestRow(kPullRequests, 1),
        TestRow(kReviewComments, 1, "r").set_text("diff_hunk", std::string(40 << 20, 'd'))});
  EXPECT_THAT(select("SELECT length(diff_hunk) FROM review_comments"), ElementsAre("41943040"));
}

TEST_P(WarehouseSuite, KeepsIntegersOf64Bits) {
  load({TestRow(kPullRequests, 1).set("database_id", "9007199254740993"),
        TestRow(kPullRequests, 2).set("database_id", "9223372036854775807"),
        TestRow(kPullRequests, 3).set("database_id", "-9223372036854775808")});
  EXPECT_THAT(select("SELECT database_id FROM pull_requests ORDER BY number"),
              ElementsAre("9007199254740993", "9223372036854775807", "-9223372036854775808"));
}

TEST_P(WarehouseSuite, KeepsMicrosecondsInUtc) {
  load({TestRow(kPullRequests, 1)
            .set_text("created_at", "2026-01-31T23:59:59.123456Z")
            .set_text("updated_at", "2026-01-31T23:59:59Z")
            .set_text("closed_at", "1970-01-01T00:00:00Z")});
  EXPECT_THAT(select("SELECT created_at, updated_at, closed_at FROM pull_requests"),
              ElementsAre("2026-01-31T23:59:59.123456Z|2026-01-31T23:59:59Z|1970-01-01T00:00:00Z"));
}

TEST_P(WarehouseSuite, TellsVersionsAMicrosecondApart) {
  load({TestRow(kPullRequests, 1)
            .marked("later")
            .set_text("collected_at", "2026-02-01T00:00:00.000002Z"),
        TestRow(kPullRequests, 1)
            .marked("earlier")
            .set_text("collected_at", "2026-02-01T00:00:00.000001Z")});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 later"));
}

TEST_P(WarehouseSuite, TellsWhatKindOfValuesAQueryGives) {
  load({TestRow(kPullRequests, 1)});
  const auto result = warehouse_.query(
      "SELECT title, number, number AS number, number / 4 AS part, is_draft, labels, created_at "
      "FROM pull_requests -- the end");
  ASSERT_TRUE(result) << result.error().describe();
  std::vector<std::string> names;
  std::vector<ValueKind> kinds;
  for (const QueryColumn& column : result->columns) {
    names.push_back(column.name);
    kinds.push_back(column.kind);
  }
  using enum ValueKind;
  EXPECT_THAT(kinds, ElementsAre(kText, kNumber, kNumber, kNumber, kBoolean, kJson, kText));
  EXPECT_THAT(names, testing::Contains("part"));
  EXPECT_EQ(result->rows[0][3], "0.25");
}

TEST_P(WarehouseSuite, GivesAQuerysRowsInItsOrder) {
  std::vector<TestRow> rows;
  for (int i = 0; i < 5000; ++i) {
    rows.push_back(TestRow(kPullRequests, (i * 7919) % 5000));
  }
  load(rows);
  const auto numbers = select("SELECT number FROM pull_requests ORDER BY number DESC;");
  ASSERT_THAT(numbers, SizeIs(5000));
  for (size_t i = 0; i < numbers.size(); ++i) {
    ASSERT_EQ(numbers[i], fmt::to_string(4999 - i));
  }
}

}  // namespace github_stats
