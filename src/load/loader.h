// From chunks in the object store to rows in the warehouse: what is not loaded yet, in batches that
// are loaded whole or not at all.
//
// Only chunks that a checkpoint explains are loaded: those beyond were left by a run that died, or
// are being written. Chunks of a collection without a checkpoint (brought from elsewhere) count as
// explained. A repository's chunks of one collection always go together: a pull request's rows are
// spread over several of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/chunk_filter.h"
#include "store/object_store.h"
#include "warehouse/warehouse.h"

namespace github_stats {

struct LoadRequest {
  std::string org;
  ChunkFilter filter;
  bool reload = false;  // those loaded before as well
  // Ends the load between two batches; the next one takes the rest.
  std::stop_token stop = {};
};

// Chunks that could not be loaded, and with them the rest of their repository's collection.
struct FailedLoad {
  std::string repo;
  std::string collection_id;
  Error error;
};

struct LoadReport {
  int64_t chunks = 0;
  StreamCounts rows;  // read from those chunks
  std::vector<FailedLoad> failed;
  int64_t unexplained = 0;  // chunks left alone because no checkpoint tells of them
};

struct LoadProgress {
  int64_t listed = 0;  // objects of the store looked at
  int64_t chunks = 0;  // loaded
  StreamCounts rows;   // of those
};

struct LoadOptions {
  // Where chunks are copied to that the warehouse can't read where they are; created when needed
  // and removed with its contents. No other process may load with the same folder at the same time.
  std::filesystem::path copies;
  size_t workers = 1;  // chunks copied at once
  // A batch is loaded when it has come to this size, or to so many chunks: large enough that the
  // merge's scan of the tables is spread over many rows, small enough that staging fits into memory
  // (DuckDB takes some kilobytes a file; BigQuery takes 10,000 files a job). Copies take no more
  // room than a batch does.
  int64_t batch_bytes = int64_t{64} << 20U;
  int64_t batch_chunks = 10'000;
};

class Loader {
 public:
  Loader(ObjectStore& store, Warehouse& warehouse, Clock& clock, LoadOptions options)
      : store_(store), warehouse_(warehouse), clock_(clock), options_(std::move(options)) {}

  // Loads what the request selects. A chunk or checkpoint that can't be read leaves out its
  // repository's collection, is reported, and does not keep others from being loaded. Fails when
  // the store or the warehouse does, or with cancelled. `observe` is called after each batch and
  // now and then while the store is listed.
  Result<LoadReport> load(const LoadRequest& request,
                          const std::function<void(const LoadProgress&)>& observe);

 private:
  ObjectStore& store_;
  Warehouse& warehouse_;
  Clock& clock_;
  const LoadOptions options_;
};

}  // namespace github_stats
