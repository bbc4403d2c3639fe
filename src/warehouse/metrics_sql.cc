#include "warehouse/metrics_sql.h"

#include <fmt/format.h>

#include "warehouse/dialect.h"
#include "warehouse/noted_days.h"
#include "warehouse/sql.h"

namespace github_stats::duckdb_sql {
namespace {

std::string statement(std::string_view name) { return Dialect::duckdb().statement(name); }

}  // namespace

std::string create_metrics_tables() {
  std::string statements;
  for (const Table& table : metrics_bookkeeping()) {
    statements += create_table(table) + ";\n";
  }
  return statements + statement("keep_one_setting");
}

std::string comment_on_metrics_tables() {
  std::string statements;
  for (const Table& table : metrics_bookkeeping()) {
    statements += comment_on(table);
  }
  return statements;
}

std::string create_view(const View& view) {
  std::string statements =
      fmt::format("CREATE OR REPLACE VIEW {0} AS\n{1};\nCOMMENT ON VIEW {0} IS {2};\n",
                  identifier(view.name), statement(view.name), literal(view.description));
  for (const Column& column : view.columns) {
    statements += fmt::format("COMMENT ON COLUMN {}.{} IS {};\n", identifier(view.name),
                              identifier(column.name), literal(column.description));
  }
  return statements;
}

std::string metrics_definition() {
  std::string definition;
  for (const View& view : views()) {
    definition += create_view(view);
  }
  return definition + insert_metrics();
}

const std::string_view kViewsAreCurrent = R"(
SELECT
  count(*) = 1 AND (
    SELECT count(*) FROM duckdb_views()
    WHERE database_name = current_database()
      AND schema_name = current_schema()
      AND view_name IN ('pull_request_events', 'pull_request_facts')
  ) = 2
FROM _metrics_settings
WHERE definition = $1)";

const std::string_view kRememberDefinition = R"(
UPDATE _metrics_settings SET definition = $1, is_current = false)";

std::string note_days_before(Stream stream) {
  return note_days(Dialect::duckdb(), stream, identifier(to_string(stream)));
}

std::string note_days_after(Stream stream) {
  return note_days(Dialect::duckdb(), stream, fmt::format("temp.stage_{}", to_string(stream)));
}

std::string select_noted_days() { return statement("select_noted_days"); }

std::string select_all_days() { return statement("select_all_days"); }

std::string remove_metrics() { return statement("remove_metrics"); }

std::string remove_all_metrics() { return statement("remove_all_metrics"); }

std::string insert_metrics() {
  const std::string inputs =
      fmt::format("fact AS MATERIALIZED (\n{}\n),\nhappening AS MATERIALIZED (\n{}\n),",
                  statement("metrics_facts"), statement("metrics_events"));
  return Dialect::duckdb().statement("insert_metrics", {{"inputs", inputs}});
}

std::string count_metrics() { return statement("count_metrics"); }

std::string metrics_are_current() {
  return statement("metrics_are_current") + ";\nDROP TABLE temp.metrics_days";
}

}  // namespace github_stats::duckdb_sql
