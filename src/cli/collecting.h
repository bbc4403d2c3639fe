// What the collecting commands share, for whoever runs one after the other.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "config/settings.h"

namespace github_stats {

class ObservedRun;

// How a collection runs, besides what settings and options say.
struct CollectingRun {
  std::string command;  // for the checkpoint, and for whoever finds the lease held
  // Ends it; nothing: it heeds SIGINT and SIGTERM itself.
  std::optional<std::stop_token> stop = std::nullopt;
  // Says why it failed, and gives the exit code for that.
  std::function<int(const Error&)> report = report_failure;
  // Whether there is somebody to tell which command goes on with what is left.
  bool is_attended = true;
  // The run that it is part of, for those who watch; none: nobody does.
  ObservedRun* observed = nullptr;

  // Reports the failure, and lets those who watch know of it.
  int fail(const Error& error) const;
};

struct CollectingEnd {
  int exit_code = kExitDone;
  std::string collection_id;  // empty when it failed before there was one
};

// From each repository's watermark on, then loads.
CollectingEnd collect_since_watermarks(const Settings& settings, const CommandOptions& options,
                                       const CollectingRun& run);

// Goes on with `options.collection_id`, all of it, then loads.
CollectingEnd go_on_with_collection(const Settings& settings, const CommandOptions& options,
                                    const CollectingRun& run);

}  // namespace github_stats
