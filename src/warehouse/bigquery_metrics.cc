#include "warehouse/bigquery_metrics.h"

#include <fmt/format.h>

#include <random>
#include <set>
#include <string>
#include <utility>

#include "base/crash_point.h"
#include "http/answer_headers.h"
#include "warehouse/bigquery_job.h"
#include "warehouse/bigquery_metrics_sql.h"
#include "warehouse/bigquery_query.h"
#include "warehouse/bigquery_tables.h"
#include "warehouse/names.h"

namespace github_stats::bigquery {
namespace {

namespace sql = bigquery_sql;

Dialect dialect_of(const Client& client) {
  return Dialect::bigquery(client.options().project, client.options().dataset);
}

// These scripts may be run as often as one likes, so any id will do that no other job has.
std::string new_job_id() {
  std::random_device device;
  std::string id = "_metrics_";
  for (int i = 0; i < 4; ++i) {
    id += fmt::format("{:08x}", device());
  }
  return id;
}

Result<FinishedJob> run_script(Client& client, std::string script, const std::string& doing) {
  return run_job(client,
                 {.id = new_job_id(),
                  .configuration = query_configuration(client, {.sql = std::move(script)}, {}),
                  .doing = doing});
}

// What the warehouse holds of the rules.
struct KeptRules {
  bool is_there = false;
  std::string definition;
  int64_t stale_after_days = 0;
  std::set<std::string> bots;
};

Result<KeptRules> kept_rules(Client& client) {
  Statement statement{sql::select_metrics_rules(dialect_of(client)), {}, "read the metrics' rules"};
  ASSIGN_OR_RETURN(const QueryResult found, select(client, statement));
  KeptRules kept;
  if (found.rows.empty()) {
    return kept;
  }
  const QueryRow& row = found.rows.front();
  kept.is_there = true;
  kept.definition = row[0].value_or("");
  kept.stale_after_days = number_in(row[1].value_or("")).value_or(0);
  ASSIGN_OR_RETURN(const Document bots, Document::parse(row[3].value_or("[]")));
  for (std::string& login : bots.texts()) {
    kept.bots.insert(std::move(login));
  }
  return kept;
}

// Whether all views are there. A table of a view's name is precondition_failed.
Result<bool> has_views(Client& client) {
  for (const View& view : views()) {
    const std::string name = client.table_name(view.name);
    ASSIGN_OR_RETURN(const HttpResponse known,
                     client.ask({.url = client.table_url(view.name)}, "look at the view " + name,
                                "bigquery.tables.get", {404}));
    if (known.status == 404) {
      return false;
    }
    ASSIGN_OR_RETURN(const Document document, Document::parse(known.body));
    if (document.text_at("/type") != "VIEW") {
      return fail(ErrorCode::kPreconditionFailed,
                  fmt::format("the view {} can't be created: there is a table of its name", name),
                  "rename that table, or use another dataset (BIGQUERY_DATASET_ID)");
    }
  }
  return true;
}

Status run(Client& client, std::string script, const std::string& doing) {
  const auto done = run_script(client, std::move(script), doing);
  return done ? Status() : tl::unexpected<Error>(done.error());
}

}  // namespace

Status init_metrics(Client& client) {
  for (const Table& table : metrics_bookkeeping()) {
    RETURN_IF_ERROR(init_table(client, table));
  }
  const Dialect dialect = dialect_of(client);
  ASSIGN_OR_RETURN(const KeptRules kept, kept_rules(client));
  ASSIGN_OR_RETURN(const bool there, has_views(client));
  const std::string definition = sql::metrics_definition(dialect);
  if (kept.is_there && there && kept.definition == definition) {
    return {};
  }
  return run(client,
             (kept.is_there ? "" : sql::keep_one_setting(dialect) + ";\n") +
                 sql::create_views(dialect) + sql::remember_definition(dialect, definition),
             "create the views");
}

Status set_metrics_rules(Client& client, const MetricsRules& rules) {
  const std::set<std::string> bots = in_lower_case(rules.bot_logins);
  ASSIGN_OR_RETURN(const KeptRules kept, kept_rules(client));
  if (kept.bots == bots && kept.stale_after_days == rules.stale_after_days) {
    return {};
  }
  return run(client, sql::replace_metrics_rules(dialect_of(client), bots, rules.stale_after_days),
             "keep the metrics' rules");
}

Result<MetricsUpdate> update_metrics(Client& client, MetricsScope scope) {
  const std::string doing = "calculate metrics";
  crash_point("warehouse.metrics.before_commit");
  ASSIGN_OR_RETURN(const FinishedJob done,
                   run_script(client, sql::update_metrics(dialect_of(client), scope), doing));
  crash_point("warehouse.metrics.after_commit");
  ASSIGN_OR_RETURN(
      const QueryResult counts,
      results_of_job(client, done.document.text_at("/jobReference/jobId").value_or(""), doing));
  if (counts.rows.empty() || counts.rows.front().size() < 2) {
    return fail(ErrorCode::kInternal, "BigQuery does not say how many metrics it calculated");
  }
  const QueryRow& row = counts.rows.front();
  return MetricsUpdate{number_in(row[0].value_or("")).value_or(0),
                       number_in(row[1].value_or("")).value_or(0)};
}

}  // namespace github_stats::bigquery
