#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/metrics_step.h"
#include "cli/text.h"

namespace github_stats {
namespace {

Status init_both(const Settings& settings, const CommandOptions& options) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  RETURN_IF_ERROR(store->init());
  if (options.retention_days) {
    RETURN_IF_ERROR(store->set_retention(*options.retention_days));
  }
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse(settings));
  RETURN_IF_ERROR(init_warehouse(settings, *warehouse));
  if (!settings.quiet) {
    fmt::print("ready: {} and {}\n", store->name(), warehouse->name());
    if (options.retention_days.value_or(0) > 0) {
      fmt::print("objects are removed by Google {} after they were written; rows stay\n",
                 counted(*options.retention_days, "day", "days"));
    }
  }
  return {};
}

}  // namespace

int run_init(const Settings& settings, const CommandOptions& options) {
  const Status status = init_both(settings, options);
  return status ? kExitDone : report_failure(status.error());
}

}  // namespace github_stats
