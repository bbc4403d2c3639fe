// The conformance suite of warehouse/warehouse.h: every implementation passes it.
//
//   INSTANTIATE_TEST_SUITE_P(DuckDb, WarehouseSuite, testing::Values(&make_duckdb_place));
//   INSTANTIATE_TEST_SUITE_P(DuckDb, FactsSuite, testing::Values(&make_duckdb_place));
//
// The tests are in warehouse_suite.cc and warehouse_suite_*.cc, which are compiled into the test
// program.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "warehouse/warehouse.h"

namespace github_stats {

// Where one test's tables live. They go with it.
class WarehousePlace {
 public:
  virtual ~WarehousePlace() = default;
  virtual Warehouse& warehouse() = 0;
  // Keeps a chunk where the warehouse can read it; gives the location. Names don't repeat.
  virtual std::string keep_chunk(const std::string& name, std::string_view bytes) = 0;
  // Whether rows that only claim to be compressed are taken as they are.
  virtual bool looks_into_compressed() const { return false; }
  // How often a randomised test does what it would do `many` times: less where it takes long.
  virtual int rounds(int many) const { return many; }
};

using WarehousePlaceFactory = std::unique_ptr<WarehousePlace> (*)();

// A row to load: what is required has some value, the rest is missing until set.
class TestRow {
 public:
  // `id` is a commit's sha, another detail's id; a pull request is identified by its number alone.
  TestRow(Stream stream, int64_t pull_request, std::string_view id = "");

  TestRow& set(std::string_view column, std::string_view json);
  TestRow& set_text(std::string_view column, std::string_view text);
  TestRow& without(std::string_view column);
  // A pull request's id is made of this name and its number.
  TestRow& repo(std::string_view repo);
  // Minutes after a fixed day's midnight.
  TestRow& collected(int minute);
  // The column that tells versions of a row apart: title, message or body.
  TestRow& marked(std::string_view mark);

  Stream stream() const { return stream_; }
  std::string line() const;  // with the newline

 private:
  Stream stream_;
  int64_t pull_request_;
  std::map<std::string, std::string, std::less<>> fields_;
};

class WarehouseSuite : public testing::TestWithParam<WarehousePlaceFactory> {
 protected:
  void SetUp() override;

  // A chunk of these bytes, under a key of its own; one that ends in ".gz" if they are compressed.
  ChunkToLoad chunk(Stream stream, std::string_view bytes, bool compressed = false);
  // The rows in one chunk a stream, in the order given.
  std::vector<ChunkToLoad> chunks(const std::vector<TestRow>& rows);
  Result<StreamCounts> load(std::vector<ChunkToLoad> chunks);
  // Loads the rows as one batch, which must succeed.
  void load(const std::vector<TestRow>& rows);

  // Whether the warehouse remembers having loaded the chunk, which must have a chunk's key.
  bool is_loaded(const std::string& key);

  // The answer's rows, values joined by "|"; null is "null".
  std::vector<std::string> select(std::string_view sql);
  // Each pull request and its details as "repo/number mark" and "repo/number stream:id mark", in
  // order.
  std::vector<std::string> contents();

  std::unique_ptr<WarehousePlace> place_ = GetParam()();
  Warehouse& warehouse_ = place_->warehouse();
  int chunk_count_ = 0;
};

// The part about pull_request_facts.
class FactsSuite : public WarehouseSuite {
 protected:
  // These columns of the one pull request that the rows make; "phases" are the durations, "firsts"
  // the times of response, review and approval, as "11:00".
  std::string facts(const std::vector<TestRow>& rows, std::string_view columns);
  std::string phases(const std::vector<TestRow>& rows);
  std::string firsts(const std::vector<TestRow>& rows);
};

// The name of the failure's code, or "ok".
template <typename T>
std::string_view outcome(const Result<T>& result) {
  return result ? "ok" : to_string(result.error().code);
}

}  // namespace github_stats
