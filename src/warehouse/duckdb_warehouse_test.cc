#include "warehouse/duckdb_warehouse.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "testing/temp_dir.h"
#include "testing/warehouse_suite.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::unique_ptr<DuckDbWarehouse> opened(const fs::path& file) {
  auto warehouse = DuckDbWarehouse::open(file.string());
  if (!warehouse) {
    ADD_FAILURE() << warehouse.error().describe();
    return nullptr;
  }
  EXPECT_TRUE((*warehouse)->init());
  return *std::move(warehouse);
}

// A directory whose names do their best to be taken for something else.
class DuckDbPlace : public WarehousePlace {
 public:
  DuckDbPlace() : chunks_(dir_.path() / "it's [a] *\"chünk\"? {b} 日本 gs:" / "org=x") {
    fs::create_directories(chunks_);
    warehouse_ = opened(dir_.path() / "ware'house [1]" / "ünï \"code\" #1.duckdb");
  }

  Warehouse& warehouse() override { return *warehouse_; }

  std::string keep_chunk(const std::string& name, std::string_view bytes) override {
    write_file(chunks_ / name, bytes);
    return (chunks_ / name).string();
  }

 private:
  TempDir dir_;
  fs::path chunks_;
  std::unique_ptr<DuckDbWarehouse> warehouse_;
};

std::unique_ptr<WarehousePlace> make_duckdb_place() { return std::make_unique<DuckDbPlace>(); }

INSTANTIATE_TEST_SUITE_P(DuckDb, WarehouseSuite, testing::Values(&make_duckdb_place));
INSTANTIATE_TEST_SUITE_P(DuckDb, FactsSuite, testing::Values(&make_duckdb_place));

// Runs `holder` in another process; `check` runs while it has the file open.
template <typename Check>
void while_another_process_holds(const fs::path& file, Check check) {
  std::array<int, 2> ready{};
  std::array<int, 2> done{};
  ASSERT_EQ(pipe(ready.data()), 0);
  ASSERT_EQ(pipe(done.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  char byte = 'x';
  if (child == 0) {
    const auto warehouse = DuckDbWarehouse::open(file.string());
    byte = warehouse ? 'y' : 'n';
    const bool told = write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1;
    _exit(told ? 0 : 1);
  }
  ASSERT_EQ(read(ready[0], &byte, 1), 1);
  ASSERT_EQ(byte, 'y');
  check();
  ASSERT_EQ(write(done[1], &byte, 1), 1);
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  for (const int end : {ready[0], ready[1], done[0], done[1]}) {
    close(end);
  }
}

TEST(DuckDbWarehouse, SaysThatAnotherProcessHasTheFile) {
  const TempDir dir;
  const fs::path file = dir.path() / "a.duckdb";
  while_another_process_holds(file, [&] {
    const auto second = DuckDbWarehouse::open(file.string());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(second.error().message, HasSubstr(file.string()));
    EXPECT_THAT(second.error().remedy, HasSubstr("close the other program"));
  });
  EXPECT_NE(opened(file), nullptr);
}

TEST(DuckDbWarehouse, SharesOneDatabaseWithinAProcess) {
  const TempDir dir;
  const auto first = opened(dir.path() / "a.duckdb");
  const auto second = opened(dir.path() / "a.duckdb");
  ASSERT_TRUE(first->query("CREATE TABLE seen (i INTEGER)"));
  EXPECT_TRUE(second->query("SELECT * FROM seen"));
}

TEST(DuckDbWarehouse, RefusesAFileThatIsNotDuckDb) {
  const TempDir dir;
  const fs::path file = dir.path() / "notes.txt";
  for (const std::string& bytes : {std::string("remember the milk"), std::string(20000, '\7')}) {
    write_file(file, bytes);
    const auto warehouse = DuckDbWarehouse::open(file.string());
    ASSERT_FALSE(warehouse);
    EXPECT_EQ(warehouse.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(warehouse.error().message, HasSubstr("notes.txt is not a DuckDB database"));
    EXPECT_EQ(fs::file_size(file), bytes.size());
  }
}

TEST(DuckDbWarehouse, RefusesNamesThatCannotBeAFile) {
  const TempDir dir;
  using namespace std::string_literals;
  for (const std::string& name :
       {""s, "a?b.duckdb"s, "a\0b"s, dir.path().string(), "/dev/null/a.duckdb"s}) {
    const auto warehouse = DuckDbWarehouse::open(name);
    ASSERT_FALSE(warehouse) << name;
    EXPECT_EQ(warehouse.error().code, ErrorCode::kInvalidArgument) << name;
  }
}

TEST(DuckDbWarehouse, CreatesTheDirectoriesAboveIt) {
  const TempDir dir;
  const fs::path file = dir.path() / "a" / "b" / "c.duckdb";
  const auto warehouse = opened(file);
  EXPECT_TRUE(fs::exists(file));
  EXPECT_EQ(warehouse->name(), "duckdb:" + file.string());
}

TEST(DuckDbWarehouse, KeepsWhatItLoadedAlsoElsewhere) {
  const TempDir dir;
  const fs::path chunk = dir.path() / "chunk.json";
  const std::string key = "acme/anvil/pull_requests/2026-01-01/20260101T000000Z_chunk_7.json";
  write_file(chunk, TestRow(Stream::kPullRequests, 1).marked("kept").line());
  const LoadBatch batch = {"acme", {{Stream::kPullRequests, key, chunk.string()}}, Time()};
  ASSERT_TRUE(opened(dir.path() / "a.duckdb")->load(batch));
  fs::rename(dir.path() / "a.duckdb", dir.path() / "it's moved.duckdb");
  const auto moved = opened(dir.path() / "it's moved.duckdb");
  const auto titles = moved->query("SELECT title FROM pull_requests");
  ASSERT_TRUE(titles);
  EXPECT_THAT(titles->rows, ElementsAre(ElementsAre("kept")));
  const auto loaded = moved->loaded_chunks("acme");
  ASSERT_TRUE(loaded);
  EXPECT_TRUE(loaded->contains("anvil", "20260101T000000Z", Stream::kPullRequests, 7));
}

TEST(DuckDbWarehouse, CannotReadFromABucket) {
  const TempDir dir;
  const auto loaded = opened(dir.path() / "a.duckdb")
                          ->load({"acme", {{Stream::kCommits, "k", "gs://bucket/k"}}, Time()});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(loaded.error().remedy, HasSubstr("local file"));
}

TEST(DuckDbWarehouse, ReadsPathsOnly) {
  const TempDir dir;
  const auto warehouse = opened(dir.path() / "a.duckdb");
  for (const std::string_view path :
       {"/a/b.json", "./store/acme/x.json", "x", "./a:b/c", "/gs://x"}) {
    EXPECT_TRUE(warehouse->reads(path)) << path;
  }
  for (const std::string_view other : {"gs://bucket/k", "memory:acme/x", "https://host/k"}) {
    EXPECT_FALSE(warehouse->reads(other)) << other;
  }
}

TEST(DuckDbWarehouse, NamesAChunkWhoseCompressionIsBroken) {
  const TempDir dir;
  write_file(dir.path() / "good.json", TestRow(Stream::kCommits, 1, "c").line());
  write_file(dir.path() / "bad.json.gz", TestRow(Stream::kCommits, 1, "c").line());
  const auto loaded =
      opened(dir.path() / "a.duckdb")
          ->load({"acme",
                  {{Stream::kCommits, "good", (dir.path() / "good.json").string()},
                   {Stream::kCommits, "acme/bad", (dir.path() / "bad.json.gz").string()}},
                  Time()});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(loaded.error().message, HasSubstr("acme/bad"));
}

TEST(DuckDbWarehouse, DoesNotTakeAViewForATable) {
  const TempDir dir;
  const auto warehouse = opened(dir.path() / "a.duckdb");
  ASSERT_TRUE(warehouse->query("DROP TABLE commits"));
  ASSERT_TRUE(warehouse->query("CREATE VIEW commits AS SELECT * FROM reviews"));
  const Status status = warehouse->init();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kPreconditionFailed);
  EXPECT_THAT(status.error().message, HasSubstr("commits"));
}

TEST(DuckDbWarehouse, DoesNotTakeATableForAView) {
  const TempDir dir;
  const auto warehouse = opened(dir.path() / "a.duckdb");
  ASSERT_TRUE(warehouse->query("DROP VIEW pull_request_facts"));
  ASSERT_TRUE(warehouse->query("CREATE TABLE pull_request_facts (mine INTEGER)"));
  const Status status = warehouse->init();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kPreconditionFailed);
  EXPECT_THAT(status.error().message, HasSubstr("pull_request_facts"));
}

TEST(DuckDbWarehouse, BringsViewsUpToDate) {
  const TempDir dir;
  const auto warehouse = opened(dir.path() / "a.duckdb");
  const auto is_whole = [&] {
    EXPECT_TRUE(warehouse->init());
    return warehouse->query("SELECT coding_seconds FROM pull_request_facts").has_value();
  };
  ASSERT_TRUE(warehouse->query("DROP VIEW pull_request_facts"));
  EXPECT_TRUE(is_whole());
  ASSERT_TRUE(warehouse->query("CREATE OR REPLACE VIEW pull_request_facts AS SELECT 1 AS one"));
  ASSERT_TRUE(warehouse->query("UPDATE _metrics_settings SET definition = 'an older one'"));
  EXPECT_TRUE(is_whole());
}

TEST(DuckDbWarehouse, NamesWhatInitWouldMakeAndMakesNothing) {
  const TempDir dir;
  const fs::path file = dir.path() / "w.duckdb";
  {
    const auto warehouse = opened(file);
    EXPECT_THAT(*warehouse->missing_parts(), testing::IsEmpty());
    ASSERT_TRUE(warehouse->query("DROP TABLE reviews"));
    ASSERT_TRUE(warehouse->query("DROP VIEW pull_request_facts"));
    ASSERT_TRUE(warehouse->query("ALTER TABLE commits DROP COLUMN url"));
  }
  const auto sealed = DuckDbWarehouse::open_sealed(file.string());
  ASSERT_TRUE(sealed) << sealed.error().describe();
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(*(*sealed)->missing_parts(),
                ElementsAre("column commits.url", "table reviews", "view pull_request_facts"));
  }
}

TEST(DuckDbWarehouse, DescribesTablesAndColumnsToSqlClients) {
  const TempDir dir;
  const auto warehouse = opened(dir.path() / "a.duckdb");
  const auto missing = warehouse->query(
      "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL AND NOT "
      "internal");
  ASSERT_TRUE(missing);
  EXPECT_THAT(missing->rows, testing::IsEmpty());
}

TEST(DuckDbWarehouse, LeavesNothingStagedBehind) {
  const TempDir dir;
  const auto warehouse = opened(dir.path() / "a.duckdb");
  const fs::path chunk = dir.path() / "chunk.json";
  for (const std::string& bytes :
       {std::string("broken\n"), TestRow(Stream::kPullRequests, 1).line()}) {
    write_file(chunk, bytes);
    (void)warehouse->load({"acme", {{Stream::kPullRequests, "k", chunk.string()}}, Time()});
    const auto tables = warehouse->query("SELECT table_name FROM duckdb_tables() WHERE temporary");
    ASSERT_TRUE(tables);
    EXPECT_THAT(tables->rows, testing::IsEmpty());
  }
}

TEST(DuckDbWarehouse, AnswersWithTypesOfEveryKind) {
  const TempDir dir;
  const auto warehouse = opened(dir.path() / "a.duckdb");
  const auto result = warehouse->query(
      "SELECT DATE '2026-01-31', 1.50, 'nan'::DOUBLE, {'a': [1, NULL]}, "
      "TIMESTAMPTZ '2026-01-31 01:00:00+01', 170141183460469231731687303715884105727, "
      "'infinity'::TIMESTAMP, 'ab'::BLOB, NULL, TIME '01:02:03'");
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_THAT(result->rows[0],
              ElementsAre("2026-01-31", "1.50", std::nullopt, R"({"a":[1,null]})",
                          "2026-01-31T00:00:00Z", "170141183460469231731687303715884105727",
                          std::nullopt, "ab", std::nullopt, "01:02:03"));
  EXPECT_TRUE(warehouse->query("SHOW TABLES"));
  EXPECT_TRUE(warehouse->query("DESCRIBE commits"));
}

}  // namespace
}  // namespace github_stats
