// A repository that a run is collecting right now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "collect/repository_walk.h"
#include "collect/request_size.h"
#include "collect/written.h"
#include "extract/detail_work.h"
#include "extract/request_plan.h"

namespace github_stats {

// `walk` is guarded by `mutex`; everything else by the run's own mutex, which may be taken while
// `mutex` is held, never the other way round (chunks are written under `mutex`).
struct ActiveRepository {
  size_t index = 0;  // its place in the checkpoint
  std::mutex mutex;
  std::unique_ptr<RepositoryWalk> walk;

  std::string next_cursor;  // where the next page is to begin
  ListWork list;            // that page, while it is being listed
  RequestSize size{kConnectionsPerPoint};
  size_t tasks = 0;        // in workers' hands or waiting
  size_t outstanding = 0;  // batches given out whose rows are not written
  bool wants_page = false;
  bool busy = false;          // a worker begins it, or lists its next page
  bool ended = false;         // done or failed: what is left of it is dropped
  int64_t pull_requests = 0;  // fetched
  int64_t rows = 0;
  int64_t expected = 0;  // pull requests in all, an estimate
  Written written;
};
using ActivePointer = std::shared_ptr<ActiveRepository>;

// A batch of a walk whose details are being fetched.
struct FetchJob {
  ActivePointer active;
  uint64_t batch = 0;  // its number in the walk
  DetailWork work;
};
using JobPointer = std::shared_ptr<FetchJob>;

}  // namespace github_stats
