// From chunks in the object store to rows in the warehouse: what is not loaded yet, in batches that
// are loaded whole or not at all.
//
// Only chunks that a checkpoint explains are loaded: those beyond were left by a run that died, or
// are being written. Chunks of a collection without a checkpoint (brought from elsewhere) count as
// explained. A repository's chunks of one collection always go together: a pull request's rows are
// spread over several of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/object_store.h"
#include "warehouse/warehouse.h"

namespace github_stats {

struct LoadRequest {
  std::string org;
  std::vector<std::string> repositories;  // names or globs; empty: all
  std::vector<std::string> excluded;      // names or globs
  std::string date;                       // only this date's chunks, "2026-01-31"; empty: all
  bool reload = false;                    // those loaded before as well
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
  int64_t chunks = 0;
  int64_t rows = 0;
};

class Loader {
 public:
  Loader(ObjectStore& store, Warehouse& warehouse, Clock& clock)
      : store_(store), warehouse_(warehouse), clock_(clock) {}

  // Loads what the request selects. A chunk or checkpoint that can't be read leaves out its
  // repository's collection, is reported, and does not keep others from being loaded. Fails when
  // the store or the warehouse does. `observe` is called after each batch.
  Result<LoadReport> load(const LoadRequest& request,
                          const std::function<void(const LoadProgress&)>& observe);

 private:
  ObjectStore& store_;
  Warehouse& warehouse_;
  Clock& clock_;
};

}  // namespace github_stats
