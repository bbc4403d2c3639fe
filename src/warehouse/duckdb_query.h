// A user's query on DuckDB: see Warehouse::query.
#pragma once

#include <string_view>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/warehouse.h"

namespace github_stats::duckdb {

Result<QueryResult> run_query(Connection& connection, std::string_view sql);

}  // namespace github_stats::duckdb
