#include "warehouse/bigquery_warehouse.h"

#include <fmt/format.h>

#include <algorithm>

#include "http/answer_headers.h"
#include "warehouse/bigquery_load.h"
#include "warehouse/bigquery_metrics.h"
#include "warehouse/bigquery_query.h"
#include "warehouse/bigquery_sql.h"
#include "warehouse/bigquery_tables.h"

namespace github_stats {
namespace {

using bigquery::Statement;

// The answer of a statement on this program's own tables.
Result<QueryResult> select_own(bigquery::Client& client, const Statement& statement) {
  auto found = bigquery::select(client, statement);
  return found ? std::move(found)
               : tl::unexpected<Error>(bigquery::asking_for_init(client, found.error()));
}

// What is wrong with a user's statement, unless there is no warehouse at all.
Error query_error(Error error) {
  if (error.code == ErrorCode::kNotFound &&
      error.message.find("Not found: Dataset") != std::string::npos) {
    error.remedy =
        "create it with `github-stats init`, or correct BIGQUERY_PROJECT_ID, "
        "BIGQUERY_DATASET_ID or BIGQUERY_LOCATION";
  } else if (bigquery::is_about_missing_table(error)) {
    error.code = ErrorCode::kInvalidArgument;
    error.remedy =
        "SELECT table_name FROM INFORMATION_SCHEMA.TABLES lists those there are; "
        "`github-stats init` creates this program's";
  }
  return error;
}

Status check_not_blank(std::string_view sql) {
  return sql.find_first_not_of(" \t\r\n;") != std::string_view::npos
             ? Status()
             : fail(ErrorCode::kInvalidArgument, "the query is empty");
}

int64_t as_integer(const std::optional<std::string>& value) {
  return number_in(value ? std::optional<std::string_view>(*value) : std::nullopt).value_or(0);
}

}  // namespace

std::string BigQueryWarehouse::name() const {
  return fmt::format("bigquery:{}.{}", client_.options().project, client_.options().dataset);
}

Status BigQueryWarehouse::init() {
  RETURN_IF_ERROR(bigquery::init_dataset(client_));
  for (const Table& table : tables()) {
    RETURN_IF_ERROR(bigquery::init_table(client_, table));
  }
  RETURN_IF_ERROR(bigquery::init_table(client_, loads_table()));
  return bigquery::init_metrics(client_);
}

Result<LoadedChunks> BigQueryWarehouse::loaded_chunks(std::string_view org) {
  Statement statement{
      bigquery_sql::loaded_chunks({client_.options().project, client_.options().dataset}),
      {},
      "list loaded chunks"};
  statement.parameters.text("org", org);
  ASSIGN_OR_RETURN(const QueryResult found, select_own(client_, statement));
  LoadedChunks loaded;
  for (const auto& row : found.rows) {
    if (const auto stream = stream_named(row[2].value_or(""))) {
      loaded.add(row[0].value_or(""), row[1].value_or(""), *stream, as_integer(row[3]),
                 as_integer(row[4]));
    }
  }
  return loaded;
}

bool BigQueryWarehouse::reads(std::string_view location) const { return bigquery::reads(location); }

Result<StreamCounts> BigQueryWarehouse::load(const LoadBatch& batch) {
  return batch.chunks.empty() ? StreamCounts() : bigquery::load_batch(client_, batch);
}

Status BigQueryWarehouse::set_metrics_rules(const MetricsRules& rules) {
  return bigquery::set_metrics_rules(client_, rules);
}

Result<MetricsUpdate> BigQueryWarehouse::update_metrics(MetricsScope scope) {
  return bigquery::update_metrics(client_, scope);
}

Result<StreamCounts> BigQueryWarehouse::counts(std::string_view org) {
  Statement statement{
      bigquery_sql::count_rows({client_.options().project, client_.options().dataset}),
      {},
      "count rows"};
  statement.parameters.text("org", org);
  ASSIGN_OR_RETURN(const QueryResult found, select_own(client_, statement));
  StreamCounts counts;
  for (size_t i = 0; i < kStreams.size() && !found.rows.empty(); ++i) {
    counts.rows[i] = as_integer(found.rows.front()[i]);
  }
  return counts;
}

Result<bigquery::DryRun> BigQueryWarehouse::look_at(std::string_view sql) {
  RETURN_IF_ERROR(check_not_blank(sql));
  auto run = bigquery::dry_run(client_, sql);
  if (!run) {
    return tl::unexpected<Error>(query_error(run.error()));
  }
  if (client_.options().sealed && run->statement_type != "SELECT") {
    return fail(ErrorCode::kInvalidArgument, "a query may only read, and this statement does more",
                "begin it with SELECT or WITH; one statement at a time");
  }
  return run;
}

Status BigQueryWarehouse::check(std::string_view sql) {
  if (!client_.options().sealed) {
    return check_not_blank(sql);
  }
  const auto run = look_at(sql);
  return run ? Status() : tl::unexpected<Error>(run.error());
}

Result<QueryResult> BigQueryWarehouse::query(std::string_view sql) {
  RETURN_IF_ERROR(check(sql));
  auto found = bigquery::select(client_, {.sql = std::string(sql)});
  return found ? std::move(found) : tl::unexpected<Error>(query_error(found.error()));
}

Status BigQueryWarehouse::for_each_row(std::string_view sql,
                                       const std::function<void(const QueryRow&)>& on_row) {
  RETURN_IF_ERROR(check(sql));
  const auto columns =
      bigquery::select(client_, {.sql = std::string(sql)}, [&](QueryRow&& row) { on_row(row); });
  return columns ? Status() : tl::unexpected<Error>(query_error(columns.error()));
}

Result<std::optional<int64_t>> BigQueryWarehouse::bytes_to_read(std::string_view sql) {
  ASSIGN_OR_RETURN(const bigquery::DryRun run, look_at(sql));
  return std::optional(run.bytes);
}

}  // namespace github_stats
