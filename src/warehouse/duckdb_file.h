// The file that a DuckDB warehouse is in.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"

namespace github_stats::duckdb {

// Where the file is that a user named; invalid_argument for a name that DuckDB would misread.
Result<std::filesystem::path> path_of(const std::string& file);

// Connects to a file that is there. A missing one is not_found, and is not created; what else can
// go wrong is open_error's (duckdb_errors.h).
Result<Connection> open_existing(const std::string& file, Access access);

}  // namespace github_stats::duckdb
