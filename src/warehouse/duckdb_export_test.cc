#include "warehouse/duckdb_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "testing/temp_dir.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr const char* kRows =
    "INSERT INTO issue_comments BY NAME SELECT 'acme' AS org, 'web' AS repo, 1 AS pr_number, id, "
    "body, TIMESTAMPTZ '2026-01-31 23:59:59Z' AS created_at, TIMESTAMPTZ '2026-01-31 "
    "23:59:59.000001Z' AS updated_at, now() AS collected_at, 'c' AS collection_id FROM (VALUES "
    "('b', '=1+1'), ('a', 'say \"hi\",' || chr(10) || 'ok'), ('c', NULL), ('d', '')) v(id, body)";

class DuckDbExportTest : public testing::Test {
 protected:
  DuckDbExportTest() {
    const auto warehouse = *DuckDbWarehouse::open(file_.string());
    EXPECT_TRUE(warehouse->init());
    const auto filled = warehouse->query(kRows);
    EXPECT_TRUE(filled) << filled.error().describe();
  }

  // The comments' file.
  std::string comments(const ExportOptions& options) {
    const fs::path path = dir_.path() / "it's \"a\" file";
    auto from = DuckDbExport::open(file_.string());
    const auto rows = (*from)->write(table_of(Stream::kIssueComments), options, path);
    EXPECT_TRUE(rows) << rows.error().describe();
    EXPECT_EQ(rows.value_or(0), 4);
    return bytes_of(path);
  }

  const TempDir dir_;
  const fs::path file_ = dir_.path() / "a.duckdb";
};

TEST_F(DuckDbExportTest, WritesCsvInTheOrderOfTheKey) {
  const std::string csv = comments({.format = ExportFormat::kCsv});
  EXPECT_TRUE(csv.starts_with("org,repo,pr_number,id,database_id,author,"));
  EXPECT_THAT(csv, HasSubstr("\nacme,web,1,a,,,,,\"say \"\"hi\"\",\nok\",,"
                             "2026-01-31T23:59:59Z,2026-01-31T23:59:59.000001Z,"));
  EXPECT_THAT(csv, HasSubstr("\nacme,web,1,b,,,,,=1+1,"));
  EXPECT_THAT(csv, HasSubstr("\nacme,web,1,c,,,,,,,2026"));
  EXPECT_THAT(csv, HasSubstr("\nacme,web,1,d,,,,,\"\",,2026"));
  EXPECT_LT(csv.find(",a,"), csv.find(",b,"));
  EXPECT_LT(csv.find(",b,"), csv.find(",c,"));
}

TEST_F(DuckDbExportTest, DisarmsFormulasOnlyWhenAsked) {
  const std::string csv = comments({.format = ExportFormat::kCsv, .for_spreadsheets = true});
  EXPECT_THAT(csv, HasSubstr("\nacme,web,1,b,,,,,'=1+1,"));
  EXPECT_THAT(csv, HasSubstr("\nacme,web,1,c,,,,,,,2026"));
}

TEST_F(DuckDbExportTest, WritesParquetThatReadsBackTheSame) {
  const std::string parquet = comments({});
  EXPECT_TRUE(parquet.starts_with("PAR1") && parquet.ends_with("PAR1"));
  const auto warehouse = *DuckDbWarehouse::open(file_.string());
  const auto differing =
      warehouse->query("SELECT count(*) FROM (FROM issue_comments EXCEPT ALL FROM read_parquet('" +
                       (dir_.path() / "it''s \"a\" file").string() + "'))");
  ASSERT_TRUE(differing) << differing.error().describe();
  EXPECT_EQ(differing->rows[0][0], "0");
}

TEST_F(DuckDbExportTest, FailsWithoutTheTable) {
  {
    const auto warehouse = *DuckDbWarehouse::open(file_.string());
    ASSERT_TRUE(warehouse->query("DROP TABLE metrics"));
  }
  auto from = DuckDbExport::open(file_.string());
  const auto rows = (*from)->write(tables().back(), {}, dir_.path() / "m.parquet");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kPreconditionFailed);
  EXPECT_THAT(rows.error().remedy, HasSubstr("init"));
}

TEST_F(DuckDbExportTest, SaysWhereItCannotWrite) {
  auto from = DuckDbExport::open(file_.string());
  const auto rows = (*from)->write(tables().front(), {}, dir_.path() / "none" / "x.parquet");
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(rows.error().message, HasSubstr("exporting pull_requests"));
  EXPECT_THAT(rows.error().remedy, HasSubstr("written to"));
}

}  // namespace
}  // namespace github_stats
