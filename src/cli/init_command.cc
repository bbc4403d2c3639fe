#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"

namespace github_stats {
namespace {

Status init_both(const Settings& settings) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  RETURN_IF_ERROR(store->init());
  ASSIGN_OR_RETURN(const auto warehouse, open_warehouse(settings));
  RETURN_IF_ERROR(warehouse->init());
  if (!settings.quiet) {
    fmt::print("ready: {} and {}\n", store->name(), warehouse->name());
  }
  return {};
}

}  // namespace

int run_init(const Settings& settings) {
  const Status status = init_both(settings);
  return status ? kExitDone : report_failure(status.error());
}

}  // namespace github_stats
