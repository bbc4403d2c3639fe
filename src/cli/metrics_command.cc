#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/metrics_step.h"
#include "cli/progress_display.h"

namespace github_stats {
namespace {

Result<MetricsUpdate> calculate_all(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse(settings));
  RETURN_IF_ERROR(init_warehouse(settings, *warehouse));
  return warehouse->update_metrics(MetricsScope::kAll);
}

}  // namespace

int run_metrics(const Settings& settings, const CommandOptions&) {
  ProgressDisplay display(stderr, display_mode_for(settings, stderr));
  display.show_text("calculating metrics…");
  const auto update = calculate_all(settings);
  display.clear();
  if (!update) {
    return report_failure(update.error());
  }
  if (!settings.quiet) {
    fmt::print("metrics: {}\n", described(*update));
  }
  return kExitDone;
}

}  // namespace github_stats
