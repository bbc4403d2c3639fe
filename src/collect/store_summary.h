// What an object store holds of an organisation.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/chunk_filter.h"
#include "schema/schema.h"
#include "store/object_store.h"

namespace github_stats {

struct StreamSummary {
  int64_t chunks = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  std::string first_date;  // "2026-01-31"; empty without chunks
  std::string last_date;

  StreamSummary& operator+=(const StreamSummary& other);
};

struct RepositorySummary {
  std::string name;
  std::array<StreamSummary, kStreams.size()> streams;
  int64_t collections = 0;       // that its chunks are of
  std::string first_collection;  // id of the oldest of them
  std::string last_collection;
  bool rows_known = true;
  int64_t strangers = 0;  // objects that are no chunks, and their bytes
  int64_t stranger_bytes = 0;

  StreamSummary total() const;
};

struct SummaryRequest {
  std::string org;
  ChunkFilter filter;
  // Whether chunks are read whose rows no checkpoint tells; else those rows are not known.
  bool read_chunks = true;
  size_t workers = 1;  // chunks read at once
};

struct SummaryProgress {
  int64_t listed = 0;  // objects
  int64_t read = 0;    // chunks
};

// Calls `visit` with each repository that has chunks or strangers, by name. Memory goes with the
// collections of one repository, not with their chunks. `observe` is called now and then.
Status summarise_repositories(ObjectStore& store, const SummaryRequest& request,
                              const std::function<void(const RepositorySummary&)>& visit,
                              const std::function<void(const SummaryProgress&)>& observe);

// A collection that is not finished.
struct OpenCollection {
  std::string id;
  std::string command;
  Time started_at;
  int64_t done = 0;  // repositories
  int64_t failed = 0;
  int64_t to_go = 0;
  int64_t pull_requests = 0;  // rows in chunks
  std::string unreadable;     // why its checkpoint can't be read; then only `id` is known
};

// Newest first.
Result<std::vector<OpenCollection>> open_collections(ObjectStore& store, std::string_view org);

}  // namespace github_stats
