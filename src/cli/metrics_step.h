// Metrics, as the commands that load and `metrics` share them.
#pragma once

#include <string>

#include "base/result.h"
#include "config/settings.h"
#include "warehouse/warehouse.h"

namespace github_stats {

// Creates what the warehouse lacks, and lets it judge by the settings.
Status init_warehouse(const Settings& settings, Warehouse& warehouse);

// "1,234 rows of 56 days".
std::string described(const MetricsUpdate& update);

}  // namespace github_stats
