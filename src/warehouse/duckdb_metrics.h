// Views and metrics in DuckDB: see Warehouse for the contract, metrics_sql.h for the steps.
#pragma once

#include "base/result.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/warehouse.h"

namespace github_stats::duckdb {

// Creates what is kept for metrics and the views, or brings the views that are there up to date.
Status init_metrics(Connection& connection);

Status set_metrics_rules(Connection& connection, const MetricsRules& rules);

Result<MetricsUpdate> update_metrics(Connection& connection, MetricsScope scope);

}  // namespace github_stats::duckdb
