// One batch into DuckDB: see Warehouse::load for the contract, sql.h for the steps.
#pragma once

#include <string_view>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/warehouse.h"

namespace github_stats::duckdb {

// Whether the location is a path.
bool reads(std::string_view location);

Result<StreamCounts> load_batch(Connection& connection, const LoadBatch& batch);

}  // namespace github_stats::duckdb
