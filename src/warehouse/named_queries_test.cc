#include "warehouse/named_queries.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "testing/temp_dir.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

class NamedQueries : public testing::Test {
 protected:
  NamedQueries() { EXPECT_TRUE(warehouse_->init()); }

  void execute(const std::string& sql) {
    const auto done = warehouse_->query(sql);
    ASSERT_TRUE(done) << sql << ": " << done.error().describe();
  }

  // A pull request of acme/web by ann, opened hours ago, and what else is to be said of it.
  void pull_request(int number, int hours_ago, const std::string& columns = "") {
    execute(fmt::format(
        "INSERT INTO pull_requests BY NAME SELECT * REPLACE ({1}) FROM (SELECT 'acme' AS org, "
        "'web' AS repo, {0} AS number, 'P{0}' AS id, 'Title {0}' AS title, 'ann' AS author, "
        "'User' AS author_type, 'OPEN' AS state, false AS is_draft, 1 AS additions, 1 AS deletions,"
        " 1 AS changed_files, now() - INTERVAL {2} HOUR AS created_at, now() AS updated_at, "
        "NULL::TIMESTAMPTZ AS ready_for_review_at, NULL::TIMESTAMPTZ AS merged_at, "
        "NULL::TIMESTAMPTZ AS closed_at, [] AS labels, [] AS assignees, "
        "[] AS requested_reviewers, now() AS collected_at, 'c' AS collection_id)",
        number, columns.empty() ? "'web' AS repo" : columns, hours_ago));
  }

  void review(int number, const std::string& reviewer, int hours_ago,
              const std::string& type = "'User'") {
    execute(fmt::format(
        "INSERT INTO reviews BY NAME SELECT 'acme' AS org, 'web' AS repo, {} AS pr_number, 'R{}' "
        "AS id, {} AS reviewer, {} AS reviewer_type, 'APPROVED' AS state, now() - INTERVAL {} HOUR "
        "AS submitted_at, now() AS collected_at, 'c' AS collection_id",
        number, ++reviews_, reviewer, type, hours_ago));
  }

  // The answer's columns of these names, values joined by "|", one line a row.
  std::vector<std::string> answer(std::string_view name, std::string_view columns) {
    const auto query = find_named_query(name, Dialect::duckdb());
    EXPECT_TRUE(query);
    const auto result = warehouse_->query(fmt::format("SELECT {} FROM ({})", columns, query->sql));
    if (!result) {
      ADD_FAILURE() << result.error().describe();
      return {};
    }
    std::vector<std::string> lines;
    for (const auto& row : result->rows) {
      std::string line;
      for (const auto& value : row) {
        line += (line.empty() ? "" : "|") + value.value_or("null");
      }
      lines.push_back(line);
    }
    return lines;
  }

  const TempDir dir_;
  const std::unique_ptr<DuckDbWarehouse> warehouse_ =
      *DuckDbWarehouse::open((dir_.path() / "a.duckdb").string());
  int reviews_ = 0;
};

TEST_F(NamedQueries, AllRunOnEmptyTablesAndAreSortedByName) {
  const auto queries = named_queries(Dialect::duckdb());
  EXPECT_THAT(queries, Not(IsEmpty()));
  EXPECT_TRUE(std::ranges::is_sorted(queries, {}, &NamedQuery::name));
  for (const NamedQuery& query : queries) {
    const auto result = warehouse_->query(query.sql);
    ASSERT_TRUE(result) << query.name << ": " << result.error().describe();
    EXPECT_THAT(result->rows, IsEmpty()) << query.name;
    EXPECT_THAT(query.description, MatchesRegex("[A-Z].{9,78}[^.]")) << query.name;
  }
}

TEST_F(NamedQueries, SuggestsTheNearestName) {
  const auto mistyped = find_named_query("open-pull-request", Dialect::duckdb());
  ASSERT_FALSE(mistyped);
  EXPECT_EQ(mistyped.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(mistyped.error().remedy, HasSubstr("open-pull-requests?"));
  EXPECT_THAT(find_named_query("bananas", Dialect::duckdb()).error().remedy, HasSubstr("--list"));
}

TEST_F(NamedQueries, OpenPullRequestsComeOldestFirst) {
  pull_request(1, 30);
  pull_request(2, 80, "true AS is_draft");
  pull_request(3, 90, "'MERGED' AS state");
  EXPECT_THAT(answer("open-pull-requests", "repository, number, draft"),
              ElementsAre("acme/web|2|true", "acme/web|1|false"));
}

TEST_F(NamedQueries, WaitingForReviewLeavesOutWhatPeopleReviewed) {
  pull_request(1, 50);
  review(1, "'ann'", 10);  // the author's own
  review(1, "'lint[bot]'", 9, "'Bot'");
  pull_request(2, 60);
  review(2, "'bob'", 10);
  pull_request(3, 70, "true AS is_draft");
  pull_request(4, 80, "'Bot' AS author_type");
  pull_request(5, 90, "now() - INTERVAL 20 HOUR AS ready_for_review_at");
  review(5, "'bob'", 30);  // while it was a draft
  pull_request(6, 100);
  review(6, "NULL", 10, "NULL");  // by an account that was deleted
  pull_request(7, 110, "NULL AS author");
  review(7, "'bob'", 10);
  pull_request(8, 40, "NULL AS author");
  EXPECT_THAT(answer("waiting-for-review", "number, hours_waiting"),
              ElementsAre("1|50", "8|40", "5|20"));
}

TEST_F(NamedQueries, SlowestReviewsCountFromReadyToAPersonsFirst) {
  pull_request(1, 50);
  review(1, "'ann'", 49);
  review(1, "'bob'", 40);
  review(1, "'cyd'", 30);
  pull_request(2, 90, "now() - INTERVAL 20 HOUR AS ready_for_review_at");
  review(2, "'bob'", 80);
  review(2, "'bob'", 5);
  pull_request(3, 60);
  pull_request(4, 60, "'Bot' AS author_type");
  review(4, "'bob'", 1);
  pull_request(5, 91 * 24);
  review(5, "'bob'", 1);
  EXPECT_THAT(answer("slowest-reviews", "number, hours_waited"), ElementsAre("2|15.0", "1|10.0"));
}

TEST_F(NamedQueries, ThroughputCountsEachThingInItsWeek) {
  const std::string two_weeks_ago = "now() - INTERVAL 336 HOUR";
  pull_request(1, 336);
  pull_request(2, 336, "'MERGED' AS state, now() AS merged_at, now() AS closed_at");
  pull_request(3, 336, fmt::format("'CLOSED' AS state, {} AS closed_at", two_weeks_ago));
  pull_request(4, 20 * 168);
  EXPECT_THAT(answer("throughput",
                     "date_diff('week', week, CAST(date_trunc('week', now()) AS DATE)), opened, "
                     "merged, closed_unmerged"),
              ElementsAre("0|0|1|0", "2|3|0|1"));
}

TEST_F(NamedQueries, SizeIsOfWhatPeopleMerged) {
  for (const int lines : {10, 20, 30, 2000}) {
    pull_request(lines, 10,
                 fmt::format("'MERGED' AS state, now() AS merged_at, {} AS additions, 0 AS "
                             "deletions, 3 AS changed_files",
                             lines));
  }
  pull_request(5, 10, "'MERGED' AS state, now() AS merged_at, 'Bot' AS author_type");
  pull_request(6, 10);
  EXPECT_THAT(answer("size", "merged, lines_p50, lines_p90, files_p50, over_1000_lines"),
              ElementsAre("4|25|1409|3|1"));
}

TEST_F(NamedQueries, RoundsHalvesUp) {
  for (const int lines : {10, 11}) {
    pull_request(lines, 10,
                 fmt::format("'MERGED' AS state, now() AS merged_at, {} AS additions, 0 AS "
                             "deletions, {} AS changed_files",
                             lines, lines + 1));
  }
  EXPECT_THAT(answer("size", "lines_p50, files_p50"), ElementsAre("11|12"));
}

TEST_F(NamedQueries, CycleTimeIsOfWhatPeopleMerged) {
  const auto merged = [](std::string_view opened, std::string_view more) {
    return fmt::format("'MERGED' AS state, now() AS merged_at, now() - INTERVAL {} AS created_at{}",
                       opened, more);
  };
  pull_request(1, 0, merged("2 HOUR", ""));
  pull_request(2, 0, merged("4 HOUR", ""));
  pull_request(3, 0, merged("70 HOUR", ", 'Bot' AS author_type"));
  pull_request(4, 70);
  review(2, "'bob'", 1);
  EXPECT_THAT(answer("cycle-time",
                     "repository, merged, cycle_hours_p50, cycle_hours_p75, cycle_hours_p90, "
                     "coding_hours_p50, pickup_hours_p50, review_hours_p90, merge_hours_p90"),
              ElementsAre("acme/web|2|3.0|3.5|3.8|null|3.0|1.0|1.0"));
}

TEST_F(NamedQueries, ReviewersNameNobody) {
  pull_request(1, 10);
  pull_request(2, 10);
  for (const int number : {1, 1, 2}) {
    review(number, "'bob'", 0);
  }
  review(2, "'cyd'", 0);
  review(2, "'ann'", 0);
  review(2, "'lint[bot]'", 0, "'Bot'");
  EXPECT_THAT(answer("reviewers", "repository, reviewers, reviews, reviews_each, busiest_percent"),
              ElementsAre("acme/web|2|4|2.0|75"));
  const auto query = find_named_query("reviewers", Dialect::duckdb());
  const auto result = warehouse_->query(query->sql);
  for (const auto& row : result->rows) {
    EXPECT_THAT(row, Not(testing::Contains(testing::Optional(std::string("bob")))));
  }
}

}  // namespace
}  // namespace github_stats
