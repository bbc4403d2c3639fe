// What a run of a collecting command came to, for programs: the file of --summary-file
// (docs/formats.md).
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/load_step.h"
#include "collect/collector.h"
#include "github/github_client.h"

namespace github_stats {

struct RunSummary {
  std::string command;
  std::string org;  // as typed; GitHub's spelling is in the report's checkpoint
  Time started_at;
  Time ended_at;
  int exit_code = 0;
  std::optional<Error> failure;  // what ended it early
  CollectionReport report;       // without a collection id when it failed before there was one
  ApiUsage usage;
  std::optional<LoadOutcome> loaded;
};

// One JSON object, and a newline.
std::string encode_run_summary(const RunSummary& summary);

// Writes `bytes` to `file` whole or not at all: to ".NAME.part" beside it, synced and renamed. One
// process at a time writes there.
Status write_whole_file(const std::string& file, std::string_view bytes);

}  // namespace github_stats
