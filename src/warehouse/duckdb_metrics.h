// Views and metrics in DuckDB: see Warehouse for the contract, metrics_sql.h for the steps.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/warehouse.h"

namespace github_stats::duckdb {

// Creates what is kept for metrics and the views, or brings the views that are there up to date.
Status init_metrics(Connection& connection);

Status set_metrics_rules(Connection& connection, const MetricsRules& rules);

// How many events' metrics are calculated at once. More of them take more memory, and hardly less
// time; of fewer, each slice looks through all tables for its own.
inline constexpr int64_t kEventsAtOnce = 200'000;

// Takes as much memory for many days as for few: 256 MiB of DuckDB's, and what it does not count.
Result<MetricsUpdate> update_metrics(Connection& connection, MetricsScope scope,
                                     int64_t events_at_once = kEventsAtOnce);

}  // namespace github_stats::duckdb
