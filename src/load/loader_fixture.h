// What the loader's tests share: a store in memory and a warehouse of either kind.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/json_writer.h"
#include "collect/checkpoint.h"
#include "load/loader.h"
#include "store/keys.h"
#include "testing/fake_clock.h"
#include "testing/memory_store.h"
#include "testing/temp_dir.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats {

inline constexpr std::string_view kFirst = "20260101T000000Z";
inline constexpr std::string_view kSecond = "20260102T000000Z";
inline constexpr std::string_view kBadChunk = "no row\n";

// A warehouse that reads straight from a store in memory, and keeps nothing but what it loaded.
class StoreReader : public Warehouse {
 public:
  explicit StoreReader(ObjectStore& store) : store_(store) {}

  std::string name() const override { return "reader:"; }
  Status init() override { return {}; }
  bool reads(std::string_view location) const override { return location.starts_with("memory:"); }
  Result<LoadedChunks> loaded_chunks(std::string_view) override { return loaded_; }
  Status set_metrics_rules(const MetricsRules&) override { return {}; }
  Result<MetricsUpdate> update_metrics(MetricsScope) override { return MetricsUpdate{}; }
  Result<StreamCounts> counts(std::string_view) override { return StreamCounts{}; }
  Result<QueryResult> query(std::string_view) override { return QueryResult{}; }
  Result<std::optional<int64_t>> bytes_to_read(std::string_view) override {
    return std::optional<int64_t>();
  }

  Result<StreamCounts> load(const LoadBatch& batch) override {
    StreamCounts counts;
    for (const ChunkToLoad& chunk : batch.chunks) {
      EXPECT_TRUE(reads(chunk.location)) << chunk.location;
      const auto object = store_.get(chunk.key);
      if (!object || object->bytes == kBadChunk) {
        return fail(ErrorCode::kDataLoss, chunk.key + " is malformed");
      }
      ++counts[chunk.stream];
    }
    for (const ChunkToLoad& chunk : batch.chunks) {
      const auto key = parse_chunk_key(chunk.key);
      loaded_.add(key->repo, key->collection_id, key->stream, key->number, key->number);
    }
    return counts;
  }

 private:
  ObjectStore& store_;
  LoadedChunks loaded_;
};

// One row with what its table requires.
inline std::string minimal_row(Stream stream) {
  std::string line;
  JsonWriter json(line);
  json.begin_object();
  for (const Column& column : table_of(stream).columns) {
    if (column.required) {
      json.key(column.name);
      column.type == ColumnType::kInteger     ? json.integer(1)
      : column.type == ColumnType::kTimestamp ? json.text("2026-01-01T00:00:00Z")
                                              : json.text(column.name == "org" ? "acme" : "x");
    }
  }
  json.end_object();
  return line + "\n";
}

class LoaderFixture : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.init()); }

  // DuckDB reads paths only, so that chunks of this store have to be copied.
  void use_duckdb() {
    auto duckdb = DuckDbWarehouse::open((dir_.path() / "test.duckdb").string());
    ASSERT_TRUE(duckdb) << duckdb.error().describe();
    warehouse_ = *std::move(duckdb);
    ASSERT_TRUE(warehouse_->init());
  }

  std::string put_chunk(std::string repo, std::string_view collection, int64_t number,
                        Stream stream = Stream::kPullRequests) {
    const std::string date = collection == kFirst ? "2026-01-01" : "2026-01-02";
    const std::string key =
        ChunkKey{"acme", std::move(repo), stream, date, std::string(collection), number}
            .to_string();
    put_bytes(key, minimal_row(stream));
    keys_.insert(key);
    return key;
  }

  void put_bytes(const std::string& key, std::string_view bytes) {
    EXPECT_TRUE(store_.put(key, bytes, Precondition::none()));
  }

  // A checkpoint that explains `chunks` chunks of each stream of `repo`.
  void put_checkpoint(std::string_view collection, const std::string& repo, int64_t chunks) {
    Checkpoint checkpoint;
    checkpoint.collection_id = collection;
    checkpoint.org = "acme";
    RepositoryProgress& progress = checkpoint.repositories.emplace_back();
    progress.name = repo;
    progress.chunks.fill(chunks);
    checkpoint.repositories.back().position.stop_before = checkpoint.since;
    put_bytes(checkpoint_key("acme", collection), encode_checkpoint(checkpoint));
  }

  Result<LoadReport> try_load(const LoadRequest& request) {
    return Loader(store_, *warehouse_, clock_, options_).load(request, [](const LoadProgress&) {});
  }

  LoadReport load(const LoadRequest& request) {
    auto report = try_load(request);
    EXPECT_TRUE(report) << report.error().describe();
    EXPECT_FALSE(std::filesystem::exists(options_.copies));
    return report.value_or(LoadReport{});
  }

  // Those put_chunk has put and the warehouse has loaded.
  std::set<std::string> loaded() {
    const auto chunks = warehouse_->loaded_chunks("acme");
    EXPECT_TRUE(chunks);
    std::set<std::string> loaded;
    for (const std::string& key : keys_) {
      const auto parts = parse_chunk_key(key);
      if (chunks->contains(parts->repo, parts->collection_id, parts->stream, parts->number)) {
        loaded.insert(key);
      }
    }
    EXPECT_EQ(chunks->chunks(), static_cast<int64_t>(loaded.size()));
    return loaded;
  }

  FakeClock clock_;
  TempDir dir_;
  MemoryStore store_;
  std::unique_ptr<Warehouse> warehouse_ = std::make_unique<StoreReader>(store_);
  LoadOptions options_{.copies = dir_.path() / "test.duckdb.copies", .workers = 3};
  std::set<std::string> keys_;
};

}  // namespace github_stats
