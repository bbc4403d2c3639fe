// The views and the metrics table in DuckDB's SQL: docs/metrics.md says what they mean and why.
//
// What the statements use beyond plain SQL has a counterpart in BigQuery: date_diff('second', a, b)
// is TIMESTAMP_DIFF(b, a, SECOND), bool_or LOGICAL_OR, arg_max MAX_BY, quantile_cont the analytic
// PERCENTILE_CONT.
#pragma once

#include <string>
#include <string_view>

#include "schema/schema.h"

namespace github_stats::duckdb_sql {

// What the program keeps for the metrics, created if missing: `_bot_logins`, in lower case;
// `_metrics_days`, the days of repositories whose rows have changed since metrics were calculated;
// `_metrics_settings`, one row: the definitions in force, STALE_AFTER_DAYS, and whether metrics is
// up to date but for `_metrics_days`. Several statements.
extern const std::string_view kCreateMetricsTables;

// Describes those tables to a user's SQL client. Several statements.
extern const std::string_view kCommentOnMetricsTables;

// What the views select: a row of pull_request_events and of pull_request_facts.
extern const std::string_view kEvents;
extern const std::string_view kFacts;

// Creates the view or replaces the one that is there, with its comments. Several statements.
std::string create_view(const View& view);

// All that metrics are defined by; when it changes, all of them are calculated anew.
std::string metrics_definition();

// Whether both views are there and defined by $1.
extern const std::string_view kViewsAreCurrent;

// Remembers that the views are defined by $1, which no metrics have been calculated by yet.
extern const std::string_view kRememberDefinition;

// Notes in `_metrics_days` on which days something happened to the pull requests of temp.winners
// and temp.renamed: what the stream's table holds of them, or, after keep_winners, what is staged.
std::string note_days_before(Stream stream);
std::string note_days_after(Stream stream);

// Creates temp.metrics_days (org, repo, metric_date): those noted, or all on which something
// happened.
extern const std::string_view kSelectNotedDays;
extern const std::string_view kSelectAllDays;

// Replaces the rows of temp.metrics_days in metrics. The first removes them, or all when everything
// is calculated; the last tells rows and different days.
extern const std::string_view kRemoveMetrics;
extern const std::string_view kRemoveAllMetrics;
extern const std::string_view kInsertMetrics;
extern const std::string_view kCountMetrics;

// Forgets what was noted, and drops temp.metrics_days. Several statements.
extern const std::string_view kMetricsAreCurrent;

}  // namespace github_stats::duckdb_sql
