// The runs of `scheduled` for all organisations of the configuration, one after the other.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/observation.h"
#include "cli/scheduled_run.h"
#include "config/settings.h"

namespace github_stats {

// Settings that stay while a run goes on with them.
using SharedSettings = std::vector<std::shared_ptr<const Settings>>;

class ScheduledRounds {
 public:
  // `stop` ends a round as soon as what is in hand is safe.
  ScheduledRounds(const CommandOptions& options, Observation& observation, std::stop_token stop)
      : options_(options), observation_(observation), stop_(std::move(stop)) {}

  // A run for each, and the worst exit code.
  int run_all(const SharedSettings& all);

  // A run for those whose last run failed, or that had none: the others need no second try.
  int run_failed(const SharedSettings& all);

 private:
  int run(const std::shared_ptr<const Settings>& settings);

  const CommandOptions options_;
  Observation& observation_;
  const std::stop_token stop_;
  std::map<std::string, ScheduledRuns> runs_;  // by organisation
  std::set<std::string> done_;                 // organisations whose last run is
};

}  // namespace github_stats
