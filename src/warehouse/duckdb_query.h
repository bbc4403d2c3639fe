// A user's query on DuckDB: see Warehouse::query.
//
// On a sealed connection only a statement that gives rows and changes nothing runs: what DuckDB
// takes for a SELECT (WITH, FROM, VALUES, SHOW, DESCRIBE and SUMMARIZE are), and EXPLAIN of one.
// Other statements are refused by their kind, before DuckDB's own refusals would come into play:
// some, such as CALL, could reach past a read-only file.
#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/warehouse.h"

namespace github_stats::duckdb {

Result<QueryResult> run_query(Connection& connection, std::string_view sql);

// See Warehouse::for_each_row.
Status run_query_by_row(Connection& connection, std::string_view sql,
                        const std::function<void(const QueryRow&)>& on_row);

// Whether the statement can be run by run_query.
Status check_query(Connection& connection, std::string_view sql);

}  // namespace github_stats::duckdb
