// What wipe-gcs is going to remove, in words and as JSON.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "cli/commands.h"
#include "collect/chunk_filter.h"
#include "collect/store_summary.h"
#include "config/settings.h"
#include "store/object_store.h"

namespace github_stats {

struct WipePlan {
  std::string store;  // its name
  std::string org;
  bool all = false;  // the organisation's other objects, too
  ChunkFilter filter;
  std::vector<RepositorySummary> repositories;  // those that lose something
  int64_t other_objects = 0;                    // outside of repositories, and their bytes
  int64_t other_bytes = 0;
  int64_t checkpoints = 0;                 // of the other objects
  std::vector<OpenCollection> unfinished;  // whose chunks or checkpoints go

  // Old chunks go and watermarks stay; else what goes is to be collected again.
  bool prunes() const { return !filter.begun_before.empty(); }
  // Only when every repository loses its chunks of those collections.
  bool prunes_checkpoints() const { return prunes() && !filter.is_of_some_repositories(); }

  int64_t objects() const;
  int64_t bytes() const;
};

// Fails with invalid_argument when the options contradict each other.
Status check_wipe(const Settings& settings, const CommandOptions& options);

// Looks through the store. `observe` is called now and then.
Result<WipePlan> plan_wipe(ObjectStore& store, const std::string& org, const Settings& settings,
                           const CommandOptions& options, Time now,
                           const std::function<void(const SummaryProgress&)>& observe);

// Several lines: what goes, of which repositories and collections, and what stays.
std::string describe(const WipePlan& plan);

// The plan's members of an object that the caller begins and ends.
void add_json(JsonWriter& json, const WipePlan& plan);

}  // namespace github_stats
