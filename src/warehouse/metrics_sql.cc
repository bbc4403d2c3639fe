#include "warehouse/metrics_sql.h"

#include <fmt/format.h>

#include "warehouse/dialect.h"
#include "warehouse/noted_days.h"
#include "warehouse/sql.h"

namespace github_stats::duckdb_sql {
namespace {

std::string statement(std::string_view name, const Dialect::Parameters& parameters = {}) {
  return Dialect::duckdb().statement(name, parameters);
}

std::string definition_of(const View& view) {
  return statement(view.name, {{"pull_requests", Dialect::duckdb().table("pull_requests")}});
}

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
                  identifier(view.name), definition_of(view), literal(view.description));
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
  return definition + insert_metrics(0);
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

std::string slice_days(int64_t events) {
  return statement("duckdb_slice_days", {{"size", fmt::to_string(events)}});
}

const std::string_view kSlices = "SELECT DISTINCT slice FROM temp.metrics_slices ORDER BY slice";

std::string insert_metrics(int64_t slice) {
  const std::string days = "slice_day";
  const std::string facts =
      fmt::format("(\n{}\n)", statement("pull_request_facts", {{"pull_requests", "chosen"}}));
  const std::string inputs = statement(
      "duckdb_metrics_inputs", {{"slice", fmt::to_string(slice)},
                                {"metrics_events", statement("metrics_events", {{"days", days}})},
                                {"metrics_facts", statement("metrics_facts", {{"facts", facts}})}});
  return statement("insert_metrics", {{"days", days}, {"inputs", inputs}});
}

std::string count_metrics() { return statement("count_metrics"); }

std::string metrics_are_current() {
  return statement("metrics_are_current") +
         ";\nDROP TABLE temp.metrics_days;\nDROP TABLE temp.metrics_slices";
}

}  // namespace github_stats::duckdb_sql
