// DuckDB's refusals as this program's errors. Pure: texts in, errors out.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"

namespace github_stats::duckdb {

// Why `file` could not be opened: locked by another process, no DuckDB file, not allowed, …
Error open_error(std::string_view file, const Failure& failure);

// Why `doing` failed in an open warehouse: tables missing, disk full, memory short, or a bug.
Error statement_error(std::string_view doing, const Failure& failure);

// Why a chunk's file could not be read. The reason is in DuckDB's words but holds nothing of the
// file's content, which DuckDB quotes.
struct ReadRefusal {
  std::string path;  // as given to DuckDB; empty when it names none
  std::string reason;
};

// Nothing when the failure is no fault of a file's content.
std::optional<ReadRefusal> read_refusal(const Failure& failure);

}  // namespace github_stats::duckdb
