// Loading, as collecting commands and load-gcs share it.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/progress_display.h"
#include "config/settings.h"
#include "load/loader.h"
#include "store/object_store.h"

namespace github_stats {

// What a load brought, and what the warehouse holds now.
struct LoadOutcome {
  LoadReport report;
  StreamCounts in_warehouse;
  std::optional<MetricsUpdate> metrics;  // what was calculated after it
  int64_t passed = 0;                    // chunks removed as they are needed no more
  std::string warehouse;                 // its name
};

// Opens the warehouse, creates what it lacks, loads what `request` selects, calculates the metrics
// that this changes unless `no_metrics`, and closes it. Where rows only pass through the store,
// removes the chunks that have done so. `observe` is called as Loader::load does.
Result<LoadOutcome> load_chunks(const Settings& settings, ObjectStore& store,
                                const LoadRequest& request, bool no_metrics,
                                ProgressDisplay& display,
                                const std::function<void(const LoadProgress&)>& observe = {});

// "metrics: …" with the newline, or nothing if none were calculated.
std::string metrics_line(const LoadOutcome& outcome);

// "removed N chunks …" with the newline, or nothing if none were.
std::string passed_line(const LoadOutcome& outcome);

}  // namespace github_stats
