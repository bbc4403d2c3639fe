#include "report/read_rows.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/figures_json.h"
#include "report/rows_fixture.h"
#include "testing/temp_dir.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ReadRows : public testing::Test {
 protected:
  ReadRows() {
    auto warehouse = DuckDbWarehouse::open((dir_.path() / "a.duckdb").string());
    EXPECT_TRUE(warehouse && (*warehouse)->init());
    warehouse_ = *std::move(warehouse);
  }

  void run(std::string_view sql) {
    const auto done = warehouse_->query(sql);
    EXPECT_TRUE(done) << done.error().describe();
  }

  // A pull request of ann's that is open; a time that is empty is null.
  void add(std::string_view repo, int64_t number, std::string_view created_at,
           std::string_view merged_at = "", std::string_view author = "ann") {
    const std::string merged =
        merged_at.empty() ? "NULL" : fmt::format("TIMESTAMP '{}'", merged_at);
    run(fmt::format(
        "INSERT INTO pull_requests BY NAME SELECT 'Acme' AS org, '{0}' AS repo, {1} AS number, "
        "'{0}/{1}' AS id, 'Title' AS title, 'https://github.com/Acme/{0}/pull/{1}' AS url, "
        "'{4}' AS author, 'User' AS author_type, CASE WHEN {3} IS NULL THEN 'OPEN' ELSE 'MERGED' "
        "END AS state, TIMESTAMP '{2}' AS created_at, TIMESTAMP '{2}' AS updated_at, "
        "{3} AS closed_at, {3} AS merged_at, 5 AS additions, 2 AS deletions, "
        "TIMESTAMP '2026-01-25 12:00:00.5' AS collected_at, 'c' AS collection_id",
        repo, number, created_at, merged, author));
  }

  void add_review(std::string_view repo, int64_t number, std::string_view reviewer,
                  std::string_view submitted_at) {
    run(fmt::format(
        "INSERT INTO reviews BY NAME SELECT 'Acme' AS org, '{0}' AS repo, {1} AS pr_number, "
        "'{0}/{1}/{2}/{3}' AS id, '{2}' AS reviewer, 'User' AS reviewer_type, 'APPROVED' AS state, "
        "TIMESTAMP '{3}' AS submitted_at, TIMESTAMP '2026-01-25' AS collected_at, "
        "'c' AS collection_id",
        repo, number, reviewer, submitted_at));
  }

  Rows read(RowsWanted wanted = {}) {
    wanted.org = "ACME";
    auto rows = read_rows(*warehouse_, wanted);
    EXPECT_TRUE(rows) << rows.error().describe();
    return rows.value_or(Rows());
  }

  static std::vector<int64_t> numbers(const Rows& rows) {
    std::vector<int64_t> out;
    for (const PullRequest& pull : rows.pull_requests) {
      out.push_back(pull.number);
    }
    return out;
  }

  TempDir dir_;
  std::unique_ptr<Warehouse> warehouse_;
};

TEST_F(ReadRows, TakesWhatWasOpenInThePeriodOrTheOneBefore) {
  add("web", 1, "2025-01-01", "2025-08-01");  // over
  add("web", 2, "2025-01-01", "2025-08-12");
  add("api", 3, "2025-02-01");
  add("Bet", 4, "2026-01-02", "2026-01-05");
  const Rows rows = read();
  EXPECT_EQ(rows.org, "Acme");
  EXPECT_EQ(rows.as_of, at("2026-01-25T12:00:00Z"));
  EXPECT_EQ(rows.period, (Period{day("2025-11-03"), day("2026-01-25")}));
  EXPECT_EQ(rows.before, (Period{day("2025-08-11"), day("2025-11-02")}));
  EXPECT_THAT(numbers(rows), ElementsAre(2, 3, 4));
  EXPECT_THAT(rows.repositories, ElementsAre("api", "Bet", "web"));
  EXPECT_THAT(rows.people, ElementsAre("ann"));
  EXPECT_EQ(rows.pull_requests[0].title, "");
  EXPECT_EQ(rows.pull_requests[1].title, "Title");
  EXPECT_EQ(rows.pull_requests[2].size, 7);
  EXPECT_EQ(rows.pull_requests[2].in(Phase::kCycle), 3 * kDaySeconds);
}

TEST_F(ReadRows, ComparesWithNothingThatWasNotCollected) {
  add("web", 1, "2025-12-01");
  EXPECT_FALSE(read().before);
  EXPECT_TRUE(read({.period = {.first = "2026-01-01", .last = ""}}).before);
  EXPECT_EQ(format_day(read().rows_from), "2025-12-01");
}

TEST_F(ReadRows, TakesBackWhatCameLater) {
  add("web", 1, "2026-01-01", "2026-01-20");
  add("web", 2, "2026-01-19");
  add_review("web", 1, "bob", "2026-01-15");
  const Rows rows = read({.as_of = at("2026-01-10T00:00:00Z")});
  ASSERT_THAT(numbers(rows), ElementsAre(1));
  const PullRequest& pull = rows.pull_requests[0];
  EXPECT_TRUE(pull.is_open() && pull.is_waiting());
  EXPECT_FALSE(pull.is_merged);
  EXPECT_FALSE(pull.in(Phase::kCycle) || pull.in(Phase::kPickup) || pull.in(Phase::kReview));
  EXPECT_EQ(pull.title, "Title");
  EXPECT_TRUE(rows.reviews.empty());
  EXPECT_EQ(read({.period = {.first = "", .last = "2026-01-10"}}).as_of,
            at("2026-01-10T23:59:59Z"));
}

TEST_F(ReadRows, TellsWhatWasStaleThen) {
  add("web", 1, "2026-01-01");
  add_review("web", 1, "bob", "2026-01-02");
  add_review("web", 1, "cid", "2026-01-24");
  EXPECT_FALSE(read().pull_requests.at(0).is_stale);
  EXPECT_TRUE(read({.as_of = at("2026-01-20T00:00:00Z")}).pull_requests.at(0).is_stale);
  EXPECT_FALSE(read({.as_of = at("2026-01-15T00:00:00Z")}).pull_requests.at(0).is_stale);
}

TEST_F(ReadRows, CountsOnlyReviewsOfOthersThatBeganWhileItWasOpen) {
  add("web", 1, "2026-01-01", "2026-01-10");
  add_review("web", 1, "ann", "2026-01-02");
  add_review("web", 1, "bob", "2026-01-03");
  add_review("web", 1, "bob", "2026-01-05");
  add_review("web", 1, "cid", "2026-01-11");
  add_review("web", 1, "ci[bot]", "2026-01-04");
  const Rows rows = read();
  ASSERT_EQ(rows.reviews.size(), 1U);
  EXPECT_EQ(rows.people.at(static_cast<size_t>(rows.reviews[0].reviewer)), "bob");
  EXPECT_EQ(rows.reviews[0].day, day("2026-01-03"));
}

TEST_F(ReadRows, LeavesRepositoriesAndBotsNamesOut) {
  add("web", 1, "2026-01-01");
  add("api", 2, "2026-01-02", "", "renovate[bot]");
  const Rows rows = read({.has_repository = [](std::string_view name) { return name == "api"; }});
  ASSERT_THAT(numbers(rows), ElementsAre(2));
  EXPECT_TRUE(rows.pull_requests[0].is_bot);
  EXPECT_THAT(rows.repositories, ElementsAre("api"));
  EXPECT_TRUE(rows.people.empty());
}

TEST_F(ReadRows, GivesTheSameWhateverOrderRowsAreIn) {
  std::string first;
  for (const bool turned : {false, true}) {
    run("DELETE FROM pull_requests");
    for (int64_t i = 0; i < 50; ++i) {
      const int64_t number = turned ? 49 - i : i;
      add(number % 2 == 0 ? "web" : "api", number, "2026-01-01", "",
          fmt::format("user-{}", number % 7));
    }
    const Rows rows = read();
    const std::string json = figures_as_json(rows, calculate_figures(rows));
    first = first.empty() ? json : first;
    EXPECT_EQ(json, first);
  }
}

TEST_F(ReadRows, SaysWhatThereIsInsteadOfAnotherOrganisation) {
  const auto empty = read_rows(*warehouse_, {.org = "acme"});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(empty.error().remedy, HasSubstr("backfill"));
  add("web", 1, "2026-01-01");
  const auto other = read_rows(*warehouse_, {.org = "' OR 1 = 1 --"});
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().remedy, HasSubstr("Acme"));
  const auto given = read_rows(*warehouse_, {.org = "other", .as_of = at("2026-01-10T00:00:00Z")});
  ASSERT_TRUE(given);
  EXPECT_TRUE(given->pull_requests.empty());
}

}  // namespace
}  // namespace github_stats
