// The runs of `scheduled` for one organisation: what an interrupted run left over, then what is
// new.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "cli/collecting.h"
#include "cli/commands.h"
#include "cli/failure_log.h"
#include "cli/observation.h"
#include "config/settings.h"

namespace github_stats {

// One at a time.
//
// A collection of the service's own that was interrupted is gone on with first: that costs less
// than to begin anew, removes the chunks that its checkpoint does not explain, and leaves no open
// collection behind. Were it not, nothing would be missing, as the watermarks have not moved. One
// that can't be gone on with (it was begun at another GitHub, or with another key) is left to a
// person; one in which repositories failed is over, since the watermarks bring those back.
class ScheduledRuns {
 public:
  // `stop` ends a run as soon as what is in hand is safe.
  ScheduledRuns(const CommandOptions& options, Observation& observation, std::stop_token stop)
      : options_(options), observation_(observation), stop_(std::move(stop)) {}

  // Collects and loads, and gives the exit code for it. Logs how it begins and ends.
  int run(const std::shared_ptr<const Settings>& settings);

 private:
  CollectingEnd collect(const Settings& settings, const CollectingRun& how);
  // How going on ended, if that ends the run.
  std::optional<CollectingEnd> go_on(const Settings& settings, const CollectingRun& how);
  int report(const Error& error);

  const CommandOptions options_;
  Observation& observation_;
  const std::stop_token stop_;
  FailureLog failures_;
  std::optional<ErrorCode> failure_;          // of the run that goes on, its last
  std::shared_ptr<const Settings> settings_;  // of the last run
  bool may_have_left_ = true;                 // an interrupted collection is to be looked for
};

// True for what needs no second try: all done, or all but what only GitHub can mend.
inline bool is_done(int exit_code) { return exit_code == kExitDone || exit_code == kExitPartly; }

}  // namespace github_stats
