// The dataset and its tables, made from schema/.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "schema/schema.h"
#include "warehouse/bigquery_client.h"

namespace github_stats::bigquery {

// The type's name in BigQuery's API and in its SQL ("INTEGER", "INT64").
std::string_view api_type(ColumnType type);
std::string_view sql_type(ColumnType type);

// A TableSchema: {"fields": [{"name", "type", "mode", "description"}, …]}.
std::string schema_json(std::span<const Column> columns);

// Creates the dataset if it is missing. One in another location than the options' is
// precondition_failed: jobs would not find it.
Status init_dataset(Client& client);

// Creates the table, or adds to the one that is there the columns that it lacks. Changes nothing
// else; a table that rows can't be written to is precondition_failed and named.
Status init_table(Client& client, const Table& table);

// What init_table would make: nothing, "table reviews", or "column reviews.body" for each that is
// missing. Changes nothing; fails as init_table does.
Result<std::vector<std::string>> missing_parts(Client& client, const Table& table);

// Whether there is something of that name.
Result<bool> is_there(Client& client, std::string_view name);

// Creates an empty table of these columns that BigQuery removes by itself after a day. One of that
// name is taken as it is.
Status create_passing_table(Client& client, std::string_view name, std::span<const Column> columns);

// Removes the table; one that is not there is no failure.
Status remove_table(Client& client, std::string_view name);

}  // namespace github_stats::bigquery
