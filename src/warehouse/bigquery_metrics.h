// Views and metrics in BigQuery: see Warehouse for the contract, bigquery_metrics_sql.h for the
// statements.
#pragma once

#include "base/result.h"
#include "warehouse/bigquery_client.h"
#include "warehouse/warehouse.h"

namespace github_stats::bigquery {

// Creates what is kept for metrics and the views, or brings the views that are there up to date.
Status init_metrics(Client& client);

Status set_metrics_rules(Client& client, const MetricsRules& rules);

Result<MetricsUpdate> update_metrics(Client& client, MetricsScope scope);

}  // namespace github_stats::bigquery
