#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/load_step.h"
#include "cli/text.h"
#include "cli/text_table.h"

namespace github_stats {
namespace {

Result<LoadOutcome> load_selected(const Settings& settings, const CommandOptions& options,
                                  ProgressDisplay& display) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  ASSIGN_OR_RETURN(const std::string org, stored_organisation(*store, settings.github_org));
  const LoadRequest request{org, settings.repositories, settings.excluded_repositories,
                            options.date, options.reload};
  return load_chunks(settings, *store, request, display);
}

}  // namespace

int run_load(const Settings& settings, const CommandOptions& options) {
  ProgressDisplay display(stderr, display_mode_for(settings, stderr));
  const auto outcome = load_selected(settings, options, display);
  display.clear();
  if (!outcome) {
    return report_failure(outcome.error());
  }
  const LoadReport& report = outcome->report;
  if (!settings.quiet) {
    TextTable table({"", "loaded", "in " + outcome->warehouse});
    for (const Stream stream : kStreams) {
      table.add({std::string(to_string(stream)), with_thousands(report.rows[stream]),
                 with_thousands(outcome->in_warehouse[stream])});
    }
    fmt::print("{}{} loaded\n", table.render(), counted(report.chunks, "chunk", "chunks"));
    if (report.unexplained > 0) {
      fmt::print("{} chunks were left alone: no checkpoint tells of them\n",
                 with_thousands(report.unexplained));
    }
  }
  print_failed_loads(report);
  return report.failed.empty() ? kExitDone : kExitPartly;
}

}  // namespace github_stats
