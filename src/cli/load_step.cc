#include "cli/load_step.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <variant>

#include "base/crash_point.h"
#include "cli/environment.h"
#include "cli/metrics_step.h"
#include "cli/text.h"
#include "collect/removal.h"
#include "load/passed_chunks.h"

namespace github_stats {
namespace {

// BigQuery takes a second or more for each statement, whatever the rows: few large batches.
constexpr int64_t kBigQueryBatchBytes = int64_t{1} << 30U;

// Copies lie beside the DuckDB file: there is room for rows, and who has the file open, which only
// one process can, is the only one to copy.
LoadOptions load_options(const Settings& settings) {
  LoadOptions options{.copies = {}, .workers = static_cast<size_t>(settings.max_workers)};
  if (const auto* duckdb = std::get_if<DuckDbFile>(&settings.warehouse)) {
    std::error_code ignored;
    options.copies = std::filesystem::absolute(duckdb->file + ".copies", ignored);
  } else {
    options.batch_bytes = kBigQueryBatchBytes;
  }
  return options;
}

// Gives how many chunks are gone.
Result<int64_t> remove_passed(const Settings& settings, ObjectStore& store, Warehouse& warehouse,
                              const std::string& org, const LoadReport& report) {
  crash_point("load.passed.before");
  Removal removal(store, static_cast<size_t>(settings.max_workers), [](int64_t) {}, {});
  RETURN_IF_ERROR(remove_passed_chunks(store, warehouse, org, report, removal));
  return removal.objects();
}

}  // namespace

Result<LoadOutcome> load_chunks(const Settings& settings, ObjectStore& store,
                                const LoadRequest& request, bool no_metrics,
                                ProgressDisplay& display,
                                const std::function<void(const LoadProgress&)>& observe) {
  display.show_text("loading…");
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse(settings, request.stop));
  RETURN_IF_ERROR(init_warehouse(settings, *warehouse));
  Loader loader(store, *warehouse, system_clock(), load_options(settings));
  LoadOutcome outcome;
  ASSIGN_OR_RETURN(outcome.report, loader.load(request, [&](const LoadProgress& progress) {
    if (observe) {
      observe(progress);
    }
    display.show_text(fmt::format("loading: {} rows from {} chunks, {} objects looked at",
                                  with_thousands(progress.rows.total()),
                                  with_thousands(progress.chunks),
                                  with_thousands(progress.listed)));
  }));
  if (request.stop.stop_requested()) {
    return fail(ErrorCode::kCancelled, "stopped before the metrics, which the next load brings");
  }
  if (!no_metrics) {
    // Also without a new chunk: a process may have died between a load and its metrics.
    display.show_text("calculating metrics…");
    ASSIGN_OR_RETURN(const MetricsUpdate metrics,
                     warehouse->update_metrics(MetricsScope::kTouched));
    if (metrics.days > 0) {
      outcome.metrics = metrics;
    }
  }
  ASSIGN_OR_RETURN(outcome.in_warehouse, warehouse->counts(request.org));
  outcome.warehouse = warehouse->name();
  if (!settings.persist_to_store) {
    display.show_text("removing what is loaded…");
    ASSIGN_OR_RETURN(outcome.passed,
                     remove_passed(settings, store, *warehouse, request.org, outcome.report));
  }
  display.clear();
  return outcome;
}

std::string metrics_line(const LoadOutcome& outcome) {
  return outcome.metrics ? fmt::format("metrics: {}\n", described(*outcome.metrics)) : "";
}

std::string passed_line(const LoadOutcome& outcome) {
  return outcome.passed == 0
             ? ""
             : fmt::format("removed {}: their rows are in {}\n",
                           counted(outcome.passed, "chunk", "chunks"), outcome.warehouse);
}

}  // namespace github_stats
