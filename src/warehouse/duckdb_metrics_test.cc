#include "warehouse/duckdb_metrics.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "testing/temp_dir.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats::duckdb {
namespace {

using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kAll = "SELECT CAST(COLUMNS(*) AS VARCHAR) FROM metrics ORDER BY ALL";
constexpr std::string_view kBounds =
    "SELECT current_setting('memory_limit'), CAST(current_setting('threads') AS VARCHAR)";

// 60 pull requests of three repositories in two weeks, by five people. Stacked ones share commits,
// and are reviewed several times a day.
constexpr std::string_view kRows = R"(
CREATE TEMPORARY MACRO place(n) AS {'repo': 'repo-' || n % 3, 'at':
  TIMESTAMP '2026-01-01' + to_hours(CAST(n * 7 % 336 AS BIGINT))};
INSERT INTO pull_requests BY NAME
SELECT 'acme' AS org, place(n).repo AS repo, n AS number, 'PR_' || n AS id, 'MERGED' AS state,
  'user-' || n % 5 AS author, 'User' AS author_type, place(n).at AS created_at,
  place(n).at AS updated_at, place(n).at + to_hours(CAST(n AS BIGINT)) AS closed_at,
  CASE WHEN n % 4 > 0 THEN place(n).at + to_hours(CAST(n AS BIGINT)) END AS merged_at,
  n AS additions, 1 AS deletions, place(n).at AS collected_at, 'c' || n % 2 AS collection_id
FROM range(60) t(n);
INSERT INTO commits BY NAME
SELECT 'acme' AS org, place(n).repo AS repo, n AS pr_number, 'sha-' || n // 9 || '-' || i AS sha,
  'user-' || n // 9 % 5 AS author, place(n // 9).at - to_hours(CAST(i AS BIGINT)) AS author_date,
  place(n).at AS commit_date,
  place(n).at AS collected_at, 'c' || n % 2 AS collection_id
FROM range(60) t(n), range(3) d(i);
INSERT INTO reviews BY NAME
SELECT 'acme' AS org, place(n).repo AS repo, n AS pr_number, 'R_' || n || '-' || i AS id,
  'user-' || (n + i) % 5 AS reviewer, 'User' AS reviewer_type,
  CASE WHEN i % 2 = 0 THEN 'APPROVED' ELSE 'COMMENTED' END AS state,
  place(n).at + to_hours(CAST(i * 3 AS BIGINT)) AS submitted_at,
  place(n).at AS collected_at, 'c' || n % 2 AS collection_id
FROM range(60) t(n), range(8) d(i);
)";

class DuckDbMetrics : public testing::Test {
 protected:
  void SetUp() override {
    const std::string file = (dir_.path() / "w.duckdb").string();
    auto warehouse = DuckDbWarehouse::open(file);
    ASSERT_TRUE(warehouse);
    ASSERT_TRUE((*warehouse)->init());
    auto connection = Connection::open(file);
    ASSERT_TRUE(connection);
    connection_.emplace(*std::move(connection));
    const auto filled = connection_->execute(kRows);
    ASSERT_TRUE(filled) << filled.error().message;
  }

  std::vector<Row> select(std::string_view sql) {
    auto rows = connection_->select(sql);
    EXPECT_TRUE(rows) << rows.error().message;
    return rows ? *std::move(rows) : std::vector<Row>();
  }

  MetricsUpdate updated(int64_t events_at_once) {
    const auto update = update_metrics(*connection_, MetricsScope::kAll, events_at_once);
    EXPECT_TRUE(update) << update.error().describe();
    return update.value_or(MetricsUpdate());
  }

  TempDir dir_;
  std::optional<Connection> connection_;
};

TEST_F(DuckDbMetrics, AreTheSameInOneSliceAndInMany) {
  const MetricsUpdate whole = updated(kEventsAtOnce);
  const auto rows = select(kAll);
  ASSERT_THAT(rows, Not(IsEmpty()));
  for (const int64_t events : {9, 50, 300}) {
    const MetricsUpdate sliced = updated(events);
    EXPECT_EQ(sliced.rows, whole.rows) << events;
    EXPECT_EQ(sliced.days, whole.days) << events;
    EXPECT_EQ(select(kAll), rows) << events;
  }
}

TEST_F(DuckDbMetrics, LeaveDuckDbItsMemoryAndThreads) {
  ASSERT_TRUE(connection_->execute("SET memory_limit = '1 GiB'; SET threads = 7"));
  const auto before = select(kBounds);
  updated(kEventsAtOnce);
  EXPECT_EQ(select(kBounds), before);
}

}  // namespace
}  // namespace github_stats::duckdb
