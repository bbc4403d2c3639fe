// One run of a collecting command as those who watch see it, from its start to its end.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/github_connection.h"
#include "cli/observation.h"
#include "cli/run_summary.h"
#include "collect/collector.h"
#include "config/settings.h"
#include "load/loader.h"

namespace github_stats {

// A run may take up several collections, one after the other. Used by one thread at a time.
class ObservedRun {
 public:
  // It starts now. All are to outlive this.
  ObservedRun(Observation& observation, const Settings& settings, std::string command);

  // The next collection is taken up, over this connection, which is to be there until it has ended.
  void begins(const GitHubConnection& github);
  void collecting(const CollectionProgress& progress);
  void loads();
  void loading(const LoadProgress& progress);
  void ended(const RunSummary& summary);

  // What ends the run, or one of its collections.
  void failed(const Error& error);

  // The run has ended; `stopped`: because it was told to. Tells the webhook where that is due,
  // which takes some seconds at most, less when `stop` is requested.
  void end(int exit_code, bool stopped, std::stop_token stop);

 private:
  void count_requests();
  void tell(int exit_code, std::stop_token stop);

  Observation& observation_;
  const Settings& settings_;
  const std::string command_;
  OrgMetrics& metrics_;
  const Time started_at_;
  const Duration started_;
  const GitHubConnection* github_ = nullptr;
  CollectedSoFar so_far_;         // of the collection
  std::optional<Error> failure_;  // the last
  std::string collection_id_;
  int64_t failed_repositories_ = 0;
  std::optional<Time> collected_until_;
};

}  // namespace github_stats
