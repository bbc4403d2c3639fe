// The views and the metrics table in BigQuery's SQL: docs/metrics.md says what they mean and why.
// The statements are those of warehouse/sql/, which DuckDB shares.
//
// All but definitions are scripts of several statements, each for one job. Names of tables bear
// project and dataset, so a job needs no default dataset.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "schema/schema.h"
#include "warehouse/dialect.h"
#include "warehouse/warehouse.h"

namespace github_stats::bigquery_sql {

// Gives _metrics_settings its one row, if it has none.
std::string keep_one_setting(const Dialect& dialect);

// Creates the views or replaces those that are there, with their descriptions.
std::string create_views(const Dialect& dialect);

// All that metrics are defined by; when it changes, all of them are calculated anew.
std::string metrics_definition(const Dialect& dialect);

// Selects what is kept: the definition in force (null before the first), stale_after_days,
// is_current, and all bots' logins as a list in their order.
std::string select_metrics_rules(const Dialect& dialect);

// Remembers that the views are defined by this, which no metrics have been calculated by yet.
std::string remember_definition(const Dialect& dialect, std::string_view definition);

// Replaces the rules that are kept; with other bots all metrics are to be calculated anew. Logins
// are in lower case.
std::string replace_metrics_rules(const Dialect& dialect, const std::set<std::string>& bots,
                                  int64_t stale_after_days);

// Calculates metrics in one transaction; all of them, too, if they are not current. The answer of
// its last statement is one row: rows calculated, and different days of them.
std::string update_metrics(const Dialect& dialect, MetricsScope scope);

struct NamedStatement {
  std::string name;  // "update_metrics: kAll"
  std::string sql;
};

// Every statement above and every named query, with tables of the dataset `d` in the project `p`:
// for those who check BigQuery's SQL without BigQuery.
std::vector<NamedStatement> all_statements();

}  // namespace github_stats::bigquery_sql
