#include "warehouse/duckdb_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "testing/temp_dir.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class SealedWarehouse : public testing::Test {
 protected:
  SealedWarehouse() {
    auto warehouse = DuckDbWarehouse::open(file_.string());
    EXPECT_TRUE(warehouse && (*warehouse)->init());
    EXPECT_TRUE((*warehouse)->query("CREATE TABLE t AS SELECT range AS a FROM range(3)"));
  }

  std::unique_ptr<DuckDbWarehouse> sealed() {
    auto warehouse = DuckDbWarehouse::open_sealed(file_.string());
    EXPECT_TRUE(warehouse) << warehouse.error().describe();
    return warehouse ? *std::move(warehouse) : nullptr;
  }

  // The names of what lies in the directory.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(dir_.path())) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  // A statement of a user's in which "$DIR" stands for the directory.
  std::string here(std::string sql) const {
    while (const size_t at = sql.find("$DIR") + 1) {
      sql.replace(at - 1, 4, dir_.path().string());
    }
    return sql;
  }

  const TempDir dir_;
  const fs::path file_ = dir_.path() / "a.duckdb";
};

TEST_F(SealedWarehouse, AnswersWhatOnlyReads) {
  const auto warehouse = sealed();
  for (const char* const sql :
       {"SELECT sum(a) FROM t", "WITH x AS (SELECT 1) SELECT * FROM x", "FROM t", "VALUES (1)",
        "TABLE t", "SHOW TABLES", "DESCRIBE t", "SUMMARIZE t", "EXPLAIN SELECT * FROM t",
        "explain analyze\nFROM t;", "  SELECT 1 -- the end"}) {
    const auto result = warehouse->query(sql);
    ASSERT_TRUE(result) << sql << ": " << result.error().describe();
    EXPECT_FALSE(result->columns.empty()) << sql;
    EXPECT_FALSE(result->rows.empty()) << sql;
  }
}

// What would write, or read something else than the tables.
constexpr const char* kHarmful[] = {
    "DROP TABLE t",
    "SELECT 1; DROP TABLE t",
    "SELECT 1) AS x; DROP TABLE t; --",
    "INSERT INTO t VALUES (4) RETURNING a",
    "WITH x AS (SELECT 9 AS a) INSERT INTO t SELECT a FROM x",
    "UPDATE t SET a = 1",
    "DELETE FROM t",
    "TRUNCATE t",
    "CREATE TABLE u AS SELECT 1",
    "CREATE TEMP TABLE u AS SELECT 1",
    "ALTER TABLE t ADD COLUMN b INTEGER",
    "COPY t TO '$DIR/out.csv'",
    "COPY t TO '$DIR/a.duckdb' (FORMAT csv)",
    "COPY t TO '$DIR/a.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
    "COPY t FROM '/etc/passwd'",
    "EXPLAIN ANALYZE COPY t TO '$DIR/a.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN (ANALYZE) COPY t TO '$DIR/a.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN /* */ ANALYZE COPY t TO '$DIR/a.duckdb.wal' (FORMAT csv, USE_TMP_FILE false)",
    "EXPLAIN ANALYZE CALL enable_logging(storage = 'file', storage_path = '$DIR')",
    "EXPORT DATABASE '$DIR/out'",
    "IMPORT DATABASE '$DIR'",
    "ATTACH '$DIR/b.duckdb'",
    "ATTACH ':memory:' AS m",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET disabled_filesystems",
    "PRAGMA enable_profiling = 'json'",
    "PRAGMA profiling_output = '$DIR/profile'",
    "CALL enable_logging(storage = 'file', storage_path = '$DIR')",
    "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "CHECKPOINT",
    "VACUUM",
    "BEGIN",
    "PREPARE p AS SELECT 1",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_blob('$DIR/a.duckdb')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "FROM '/etc/passwd'",
    "FROM '$DIR/a.duckdb'",
    "FROM read_csv('https://127.0.0.1:1/x.csv')",
    "SELECT * FROM enable_logging(storage = 'file', storage_path = '$DIR')",
    "SELECT * FROM enable_logging(storage = 'file', storage_path = '$DIR/a.duckdb.tmp/')",
    "SELECT * FROM query('COPY t TO ''$DIR/out.csv''')",
    "SELECT getenv('HOME')",
};

TEST_F(SealedWarehouse, RefusesWhatChangesSomethingOrLooksElsewhere) {
  const std::string before = bytes_of(file_);
  const auto names = files();
  for (const char* const sql : kHarmful) {
    const auto warehouse = sealed();
    const auto result = warehouse->query(here(sql));
    ASSERT_FALSE(result) << sql;
    EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument) << sql;
    // It goes on answering as before.
    EXPECT_TRUE(warehouse->query("SELECT * FROM t")) << sql;
  }
  EXPECT_EQ(files(), names);
  EXPECT_EQ(bytes_of(file_), before);
}

TEST_F(SealedWarehouse, ReadsWhatACrashLeftInTheLog) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto writer = DuckDbWarehouse::open(file_.string());
    const bool written = writer && (*writer)->query("INSERT INTO t VALUES (100)");
    _exit(written && fs::exists(file_.string() + ".wal") ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto result = sealed()->query("SELECT max(a) FROM t");
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_EQ(result->rows[0][0], "100");
}

TEST_F(SealedWarehouse, GivesValuesThatJsonHasAFormFor) {
  const auto result = sealed()->query(
      "SELECT CAST(-0.5 AS DECIMAL(3, 3)), CAST('170141183460469231731687303715884105727' AS "
      "HUGEINT), CAST('nan' AS DOUBLE), [CAST('inf' AS DOUBLE), 1.5, CAST('-inf' AS DOUBLE)], "
      R"(CAST('{"a": NaN, "b": "NaN \" NaN \\"}' AS JSON), {'k': ['x', NULL]}, 1e300)");
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_THAT(result->rows[0],
              ElementsAre("-0.500", "170141183460469231731687303715884105727", std::nullopt,
                          "[null,1.5,null]", R"({"a": null, "b": "NaN \" NaN \\"})",
                          R"({"k":["x",null]})", "1e+300"));
  EXPECT_EQ(result->columns[4].kind, ValueKind::kJson);
}

TEST_F(SealedWarehouse, FindsTheEndOfAStatement) {
  const auto warehouse = sealed();
  for (const char* const sql : {"SELECT 1;", "SELECT 1 ;; ;", "SELECT 1; -- the end; truly",
                                "SELECT 1 -- ;", "SELECT 1 /* ; */;", "SELECT 1; /* ; */ -- '",
                                "-- before;\nSELECT 1", "SELECT 1; -- it's"}) {
    const auto result = warehouse->query(sql);
    ASSERT_TRUE(result) << sql << ": " << result.error().describe();
    EXPECT_THAT(result->rows, ElementsAre(ElementsAre("1"))) << sql;
  }
  for (const char* const sql : {"SELECT ';'", "SELECT ';'; -- ';'", "SELECT $$;$$; /* $$;$$ */"}) {
    EXPECT_THAT(warehouse->query(sql)->rows, ElementsAre(ElementsAre(";"))) << sql;
  }
  EXPECT_THAT(warehouse->query("SELECT '; -- x'")->rows, ElementsAre(ElementsAre("; -- x")));
}

TEST_F(SealedWarehouse, SaysWhereAStatementIsWrong) {
  const auto result = sealed()->query("SELECT title FORM t");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(result.error().message, HasSubstr("LINE 1: SELECT title FORM t"));
  using namespace std::string_literals;
  EXPECT_THAT(sealed()->query("SELECT 1\0; DROP TABLE t"s).error().message, HasSubstr("NUL"));
  for (const char* const nothing : {"", " ;\n", "-- SELECT 1", "/* ; */"}) {
    EXPECT_THAT(sealed()->query(nothing).error().message, HasSubstr("empty")) << nothing;
  }
}

TEST_F(SealedWarehouse, GivesRowsOneByOneAsAQueryGivesThemAtOnce) {
  const auto warehouse = sealed();
  const char* const sql =
      "SELECT range AS n, TIMESTAMP '2026-01-31 23:59:59' AS at, range % 2 = 0 AS even, "
      "nullif(range, 7) AS some FROM range(5000) -- more than a piece";
  auto expected = warehouse->query(sql);
  ASSERT_TRUE(expected) << expected.error().describe();
  std::vector<QueryRow> rows;
  ASSERT_TRUE(warehouse->for_each_row(sql, [&](const QueryRow& row) { rows.push_back(row); }));
  std::ranges::sort(rows);
  std::ranges::sort(expected->rows);
  EXPECT_EQ(rows, expected->rows);
  EXPECT_EQ(rows.size(), 5000U);
}

TEST_F(SealedWarehouse, GivesNoRowsOfWhatIsNoSelect) {
  const auto warehouse = sealed();
  for (const char* const sql : {"DROP TABLE t", "EXPLAIN SELECT 1", "SELECT 1; SELECT 2"}) {
    const auto status = warehouse->for_each_row(sql, [](const QueryRow&) { ADD_FAILURE(); });
    ASSERT_FALSE(status) << sql;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument) << sql;
  }
}

TEST_F(SealedWarehouse, CreatesNothingWhereNothingIs) {
  const auto missing = DuckDbWarehouse::open_sealed((dir_.path() / "none.duckdb").string());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(missing.error().remedy, HasSubstr("init"));
  const auto directory = DuckDbWarehouse::open_sealed(dir_.path().string());
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(files(), ElementsAre("a.duckdb"));
}

}  // namespace
}  // namespace github_stats
