#include "warehouse/bigquery_metrics_sql.h"

#include <fmt/format.h>

#include "warehouse/named_queries.h"

namespace github_stats::bigquery_sql {
namespace {

std::string described(const Dialect& dialect, std::string_view description) {
  return fmt::format("OPTIONS (description = {})", dialect.literal(description));
}

std::string definition_of(const Dialect& dialect, const View& view) {
  return dialect.statement(view.name, {{"pull_requests", dialect.table("pull_requests")}});
}

std::string create_view(const Dialect& dialect, const View& view) {
  std::string columns;
  for (const Column& column : view.columns) {
    columns += fmt::format("{}  {} {}", columns.empty() ? "" : ",\n", column.name,
                           described(dialect, column.description));
  }
  return fmt::format("CREATE OR REPLACE VIEW {} (\n{}\n)\n{} AS\n{};\n", dialect.table(view.name),
                     columns, described(dialect, view.description), definition_of(dialect, view));
}

// What is calculated: the days of a temporary table of the script's.
Dialect::Parameters days_of(const Dialect& dialect) {
  return {{"days", *dialect.expand("@temporary(metrics_days)")}};
}

std::string metrics_events(const Dialect& dialect) {
  return dialect.statement("metrics_events", days_of(dialect));
}

std::string metrics_facts(const Dialect& dialect) {
  return dialect.statement("metrics_facts", {{"facts", dialect.table("pull_request_facts")}});
}

// Reads temporary tables of the script's: BigQuery works a WITH out as often as it is read.
std::string insert_metrics(const Dialect& dialect) {
  Dialect::Parameters parameters = days_of(dialect);
  parameters["inputs"] = "";
  return dialect.statement("insert_metrics", parameters);
}

}  // namespace

std::string keep_one_setting(const Dialect& dialect) {
  return dialect.statement("keep_one_setting");
}

std::string create_views(const Dialect& dialect) {
  std::string script;
  for (const View& view : views()) {
    script += create_view(dialect, view);
  }
  return script;
}

std::string metrics_definition(const Dialect& dialect) {
  return create_views(dialect) + metrics_facts(dialect) + metrics_events(dialect) +
         insert_metrics(dialect);
}

std::string select_metrics_rules(const Dialect& dialect) {
  return dialect.statement("bigquery_metrics_rules");
}

std::string remember_definition(const Dialect& dialect, std::string_view definition) {
  return dialect.statement("bigquery_remember_definition",
                           {{"definition", dialect.literal(definition)}});
}

std::string replace_metrics_rules(const Dialect& dialect, const std::set<std::string>& bots,
                                  int64_t stale_after_days) {
  std::string logins;
  for (const std::string& bot : bots) {
    logins += (logins.empty() ? "" : ", ") + dialect.literal(bot);
  }
  return dialect.statement("bigquery_replace_rules",
                           {{"logins", logins}, {"days", fmt::to_string(stale_after_days)}});
}

std::string update_metrics(const Dialect& dialect, MetricsScope scope) {
  Dialect::Parameters parameters = {{"everything", scope == MetricsScope::kAll ? "true" : "false"}};
  for (const std::string_view step : {"select_all_days", "select_noted_days", "remove_all_metrics",
                                      "remove_metrics", "metrics_are_current", "count_metrics"}) {
    parameters[step] = dialect.statement(step);
  }
  parameters["metrics_facts"] = metrics_facts(dialect);
  parameters["metrics_events"] = metrics_events(dialect);
  parameters["insert_metrics"] = insert_metrics(dialect);
  return dialect.statement("bigquery_update_metrics", parameters);
}

std::vector<NamedStatement> all_statements() {
  const Dialect dialect = Dialect::bigquery("p", "d");
  std::vector<NamedStatement> all = {
      {"keep_one_setting", keep_one_setting(dialect)},
      {"create_views", create_views(dialect)},
      {"select_metrics_rules", select_metrics_rules(dialect)},
      {"remember_definition", remember_definition(dialect, "it's \\ new\n")},
      {"replace_metrics_rules", replace_metrics_rules(dialect, {"acme-ci", "it's"}, 14)},
      {"replace_metrics_rules: no bots", replace_metrics_rules(dialect, {}, 14)},
      {"update_metrics: kTouched", update_metrics(dialect, MetricsScope::kTouched)},
      {"update_metrics: kAll", update_metrics(dialect, MetricsScope::kAll)},
  };
  for (NamedQuery& query : named_queries(dialect)) {
    all.push_back({fmt::format("query: {}", query.name), std::move(query.sql)});
  }
  return all;
}

}  // namespace github_stats::bigquery_sql
