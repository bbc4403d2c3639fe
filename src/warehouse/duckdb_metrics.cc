#include "warehouse/duckdb_metrics.h"

#include <fmt/format.h>

#include <set>
#include <string>

#include "base/crash_point.h"
#include "warehouse/duckdb_errors.h"
#include "warehouse/duckdb_transaction.h"
#include "warehouse/metrics_sql.h"
#include "warehouse/names.h"
#include "warehouse/sql.h"

namespace github_stats::duckdb {
namespace {

namespace sql = duckdb_sql;

// Statements on behalf of one undertaking, whose name its failures bear.
class Work {
 public:
  Work(Connection& connection, std::string_view doing) : connection_(connection), doing_(doing) {}

  Status execute(std::string_view statements) { return done(connection_.execute(statements)); }

  Result<std::vector<Row>> select(std::string_view statement,
                                  std::span<const std::string_view> parameters = {}) {
    auto rows = connection_.select(statement, parameters);
    if (!rows) {
      return tl::unexpected(statement_error(doing_, rows.error()));
    }
    return *std::move(rows);
  }

  // A statement with one parameter, for its effect.
  Status run(std::string_view statement, std::string_view parameter) {
    const std::string_view parameters[] = {parameter};
    const auto rows = select(statement, parameters);
    return rows ? Status() : tl::unexpected<Error>(rows.error());
  }

  Status done(Outcome<void> outcome) const {
    return outcome ? Status() : tl::unexpected(statement_error(doing_, outcome.error()));
  }

 private:
  Connection& connection_;
  std::string_view doing_;
};

// A name that the view's can't be given to.
Status check_name_is_free(Work& work, const View& view) {
  const std::string_view name[] = {view.name};
  ASSIGN_OR_RETURN(const auto columns, work.select(sql::kCatalogColumns, name));
  if (!columns.empty() && columns[0][2] == "true") {
    return fail(
        ErrorCode::kPreconditionFailed,
        fmt::format("the view {} can't be created: there is a table of its name", view.name),
        "rename that table, or use another DuckDB file");
  }
  return {};
}

// What the warehouse holds of the rules: bots in lower case, and days.
struct KeptRules {
  std::set<std::string> bots;
  int64_t stale_after_days = 0;
};

Result<KeptRules> kept_rules(Work& work) {
  KeptRules kept;
  ASSIGN_OR_RETURN(const auto bots, work.select("SELECT login FROM _bot_logins"));
  for (const Row& row : bots) {
    kept.bots.insert(row[0].value_or(""));
  }
  ASSIGN_OR_RETURN(const auto days, work.select("SELECT stale_after_days FROM _metrics_settings"));
  kept.stale_after_days = days.empty() ? 0 : as_integer(days[0][0]);
  return kept;
}

Status replace_bots(Work& work, const std::set<std::string>& bots) {
  RETURN_IF_ERROR(work.execute("DELETE FROM _bot_logins"));
  for (const std::string& bot : bots) {
    RETURN_IF_ERROR(work.run("INSERT INTO _bot_logins VALUES ($1)", bot));
  }
  return work.execute("UPDATE _metrics_settings SET is_current = false");
}

// Bounds what DuckDB takes while this lives, as far as there was no narrower bound. What does not
// fit goes to a directory beside the file, "FILE.tmp", which DuckDB removes again. Each thread
// needs its share, so there may not be any number of them.
class Bounds {
 public:
  explicit Bounds(Connection& connection) : connection_(connection) {}
  Bounds(const Bounds&) = delete;
  Bounds& operator=(const Bounds&) = delete;
  ~Bounds() { (void)connection_.execute(before_); }

  Status set(Work& work) {
    ASSIGN_OR_RETURN(const auto rows, work.select(R"(
SELECT
  CAST(parse_formatted_bytes(current_setting('memory_limit')) AS BIGINT),
  CAST(current_setting('threads') AS BIGINT))"));
    const int64_t memory = as_integer(rows[0][0]);
    const int64_t threads = as_integer(rows[0][1]);
    before_ = statements(memory, threads);
    return work.execute(statements(std::min(memory, kMemory), std::min(threads, kThreads)));
  }

 private:
  static constexpr int64_t kMemory = 256 << 20;
  static constexpr int64_t kThreads = 4;

  // RESET would show the default again and keep the bound.
  static std::string statements(int64_t memory, int64_t threads) {
    return fmt::format("SET memory_limit = '{} bytes'; SET threads = {}", memory, threads);
  }

  Connection& connection_;
  std::string before_;
};

Status insert_metrics(Work& work, int64_t events_at_once) {
  RETURN_IF_ERROR(work.execute(sql::slice_days(events_at_once)));
  ASSIGN_OR_RETURN(const auto slices, work.select(sql::kSlices));
  for (const Row& slice : slices) {
    RETURN_IF_ERROR(work.execute(sql::insert_metrics(as_integer(slice[0]))));
  }
  return {};
}

Result<bool> metrics_are_current(Work& work) {
  ASSIGN_OR_RETURN(const auto rows, work.select("SELECT is_current FROM _metrics_settings"));
  return !rows.empty() && rows[0][0] == "true";
}

}  // namespace

Status init_metrics(Connection& connection) {
  Work work(connection, "creating the views in DuckDB");
  RETURN_IF_ERROR(work.execute(sql::create_metrics_tables()));
  const std::string definition = sql::metrics_definition();
  const std::string_view parameters[] = {definition};
  ASSIGN_OR_RETURN(const auto current, work.select(sql::kViewsAreCurrent, parameters));
  if (current[0][0] == "true") {
    return {};
  }
  Transaction transaction(connection);
  RETURN_IF_ERROR(work.done(transaction.begin()));
  for (const View& view : views()) {
    RETURN_IF_ERROR(check_name_is_free(work, view));
    RETURN_IF_ERROR(work.execute(sql::create_view(view)));
  }
  RETURN_IF_ERROR(work.execute(sql::comment_on_metrics_tables()));
  RETURN_IF_ERROR(work.run(sql::kRememberDefinition, definition));
  return work.done(transaction.commit());
}

Status set_metrics_rules(Connection& connection, const MetricsRules& rules) {
  Work work(connection, "keeping the rules for metrics in DuckDB");
  const std::set<std::string> bots = in_lower_case(rules.bot_logins);
  ASSIGN_OR_RETURN(const KeptRules kept, kept_rules(work));
  if (kept.bots == bots && kept.stale_after_days == rules.stale_after_days) {
    return {};
  }
  Transaction transaction(connection);
  RETURN_IF_ERROR(work.done(transaction.begin()));
  if (kept.bots != bots) {
    RETURN_IF_ERROR(replace_bots(work, bots));
  }
  RETURN_IF_ERROR(work.run("UPDATE _metrics_settings SET stale_after_days = CAST($1 AS BIGINT)",
                           fmt::to_string(rules.stale_after_days)));
  return work.done(transaction.commit());
}

Result<MetricsUpdate> update_metrics(Connection& connection, MetricsScope scope,
                                     int64_t events_at_once) {
  Work work(connection, "calculating metrics in DuckDB");
  Bounds bounds(connection);
  RETURN_IF_ERROR(bounds.set(work));
  Transaction transaction(connection);
  RETURN_IF_ERROR(work.done(transaction.begin()));
  ASSIGN_OR_RETURN(const bool current, metrics_are_current(work));
  const bool all = scope == MetricsScope::kAll || !current;
  RETURN_IF_ERROR(work.execute(all ? sql::select_all_days() : sql::select_noted_days()));
  ASSIGN_OR_RETURN(const auto days, work.select("SELECT count(*) FROM temp.metrics_days"));
  if (!all && as_integer(days[0][0]) == 0) {
    return MetricsUpdate();
  }
  RETURN_IF_ERROR(work.execute(all ? sql::remove_all_metrics() : sql::remove_metrics()));
  RETURN_IF_ERROR(insert_metrics(work, events_at_once));
  ASSIGN_OR_RETURN(const auto counts, work.select(sql::count_metrics()));
  RETURN_IF_ERROR(work.execute(sql::metrics_are_current()));
  crash_point("warehouse.metrics.before_commit");
  RETURN_IF_ERROR(work.done(transaction.commit()));
  crash_point("warehouse.metrics.after_commit");
  return MetricsUpdate{as_integer(counts[0][0]), as_integer(counts[0][1])};
}

}  // namespace github_stats::duckdb
