// The views and the metrics table in DuckDB's SQL: docs/metrics.md says what they mean and why. The
// statements are those of warehouse/sql/, which BigQuery shares.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "schema/schema.h"

namespace github_stats::duckdb_sql {

// Creates metrics_bookkeeping() if missing, with its one row of settings. Several statements.
std::string create_metrics_tables();

// Describes those tables to a user's SQL client. Several statements.
std::string comment_on_metrics_tables();

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
std::string select_noted_days();
std::string select_all_days();

// Creates temp.metrics_slices of temp.metrics_days, each of about so many events. kSlices selects
// the slices.
std::string slice_days(int64_t events);
extern const std::string_view kSlices;

// Replaces the rows of temp.metrics_days in metrics. The first removes them, or all when everything
// is calculated; insert_metrics() adds those of one slice; the last tells rows and different days.
std::string remove_metrics();
std::string remove_all_metrics();
std::string insert_metrics(int64_t slice);
std::string count_metrics();

// Forgets what was noted, and drops both tables. Several statements.
std::string metrics_are_current();

}  // namespace github_stats::duckdb_sql
