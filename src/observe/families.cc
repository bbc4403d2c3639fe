#include "observe/families.h"

namespace github_stats {
namespace {

CounterFamily& counter(prometheus::Registry& registry, const std::string& name,
                       const std::string& help) {
  return prometheus::BuildCounter().Name("github_stats_" + name).Help(help).Register(registry);
}

GaugeFamily& gauge(prometheus::Registry& registry, const std::string& name,
                   const std::string& help) {
  return prometheus::BuildGauge().Name("github_stats_" + name).Help(help).Register(registry);
}

HistogramFamily& histogram(prometheus::Registry& registry, const std::string& name,
                           const std::string& help) {
  return prometheus::BuildHistogram().Name("github_stats_" + name).Help(help).Register(registry);
}

}  // namespace

MetricFamilies::MetricFamilies(std::string_view version)
    : runs(counter(registry, "runs_total", "Runs that ended, by how they ended.")),
      run_duration(
          histogram(registry, "run_duration_seconds", "How long runs took, by how they ended.")),
      in_progress(gauge(registry, "run_in_progress", "1 while a run goes on, else 0.")),
      last_run(gauge(registry, "last_run_timestamp_seconds", "When the last run ended.")),
      last_success(gauge(registry, "last_success_timestamp_seconds",
                         "When the last run that was done, if but for some repositories, ended.")),
      next_run(gauge(registry, "next_run_timestamp_seconds",
                     "When the next run is due; only a service that waits for one knows.")),
      lag(gauge(registry, "lag_seconds",
                "Age of what is collected: now less the end of the last successful run's window.")),
      errors(counter(registry, "errors_total",
                     "Failures that ended a run or kept chunks from being loaded, by class.")),
      notices(counter(registry, "failure_notices_total",
                      "Messages to the webhook, by whether they were delivered.")),
      rows_collected(
          counter(registry, "rows_collected_total", "Rows written to chunks, by stream.")),
      chunks_written(counter(registry, "chunks_written_total", "Chunks written.")),
      bytes_written(counter(registry, "written_bytes_total", "Bytes of the chunks written.")),
      rows_loaded(
          counter(registry, "rows_loaded_total", "Rows loaded into the warehouse, by stream.")),
      chunks_loaded(counter(registry, "chunks_loaded_total", "Chunks loaded into the warehouse.")),
      repositories(gauge(registry, "repositories",
                         "Repositories of the collection under way, else of the last, by state.")),
      incomplete(gauge(registry, "incomplete_pull_requests",
                       "Pull requests of the last collection that GitHub did not give whole.")),
      requests(counter(registry, "github_requests_total", "Requests sent to GitHub's API.")),
      answers(counter(registry, "github_answers_total",
                      "Requests to GitHub by how they ended: answered, refused, limited, "
                      "unavailable or unknown.")),
      points(counter(registry, "github_points_total", "Points of GitHub's limit that were spent.")),
      points_left(gauge(registry, "github_points_remaining",
                        "Points left of a token's hour, by its place among the tokens.")),
      renewed_at(gauge(registry, "github_points_reset_timestamp_seconds",
                       "When GitHub renews a token's points.")) {
  gauge(registry, "build_info", "1; the label says which version this is.")
      .Add({{"version", std::string(version)}})
      .Set(1);
}

}  // namespace github_stats
