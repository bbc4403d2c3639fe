#include "cli/metrics_step.h"

#include <fmt/format.h>

#include "cli/text.h"

namespace github_stats {

Status init_warehouse(const Settings& settings, Warehouse& warehouse) {
  RETURN_IF_ERROR(warehouse.init());
  return warehouse.set_metrics_rules(
      {.bot_logins = settings.bot_logins, .stale_after_days = settings.stale_after_days});
}

std::string described(const MetricsUpdate& update) {
  return fmt::format("{} of {}", counted(update.rows, "row", "rows"),
                     counted(update.days, "day", "days"));
}

}  // namespace github_stats
