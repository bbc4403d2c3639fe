// Statements that give rows (jobs.query), and their answers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_writer.h"
#include "base/result.h"
#include "warehouse/bigquery_client.h"
#include "warehouse/warehouse.h"

namespace github_stats::bigquery {

// Named parameters of a statement ("@name").
class Parameters {
 public:
  Parameters& text(std::string_view name, std::string_view value);
  Parameters& integer(std::string_view name, int64_t value);
  Parameters& timestamp(std::string_view name, Time value);
  Parameters& texts(std::string_view name, const std::vector<std::string>& values);
  // A value of a type of its own, both as JSON: a QueryParameterType and a QueryParameterValue.
  Parameters& raw(std::string_view name, std::string_view type, std::string_view value);

  // A list of QueryParameter, as JSON.
  std::string json() const { return json_ + "]"; }

 private:
  std::string json_ = "[";
};

// What is done: for failures, "count rows".
struct Statement {
  std::string sql;
  Parameters parameters = {};
  std::string doing = "run the query";
};

// Runs a statement that gives rows and changes nothing, and calls `on_row` for each; values are as
// in QueryResult. Gives the columns. A statement that BigQuery refuses is invalid_argument, with
// its words.
Result<std::vector<QueryColumn>> select(Client& client, const Statement& statement,
                                        const std::function<void(QueryRow&&)>& on_row);

// The same, all rows at once.
Result<QueryResult> select(Client& client, const Statement& statement);

// What running a statement would come to, without running it.
struct DryRun {
  std::string statement_type;  // "SELECT", "SCRIPT", …; empty when BigQuery does not say
  int64_t bytes = 0;           // it would read
};
Result<DryRun> dry_run(Client& client, std::string_view sql);

// Every job of this program bears these labels: `,"labels":{…}` without the comma, for the JSON of
// a JobConfiguration. `collection_id` may be empty.
void write_labels(JsonWriter& json, std::string_view collection_id);

// The JobConfigurationQuery of a statement, which uses the dataset's tables by their names.
void write_query(JsonWriter& json, const Client& client, const Statement& statement);

// The JobConfiguration of a statement or script that is run as a job of its own.
std::string query_configuration(const Client& client, const Statement& statement,
                                std::string_view collection_id);

// The rows of a job that has run a statement, as JSON of getQueryResults.
Result<QueryResult> results_of_job(Client& client, std::string_view job_id, std::string_view doing);

}  // namespace github_stats::bigquery
