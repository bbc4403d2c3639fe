// A connection to a DuckDB file: statements in, rows of text out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "warehouse/duckdb_handle.h"

namespace github_stats::duckdb {

// Why DuckDB refused, in its own words. They may quote rows: see duckdb_errors.h.
struct Failure {
  duckdb_error_type type = DUCKDB_ERROR_INVALID;
  std::string message;
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

using Value = std::optional<std::string>;
using Row = std::vector<Value>;

// The 64-bit integer that a value holds; 0 for null.
int64_t as_integer(const Value& value);

// A column that a statement will give.
struct PreparedColumn {
  std::string name;
  duckdb_type type = DUCKDB_TYPE_INVALID;
};

class Connection {
 public:
  // Opens or creates the file; its directory must exist. Within one process all connections to a
  // file share one database. Another process is kept out by a lock on the file, which the system
  // drops when this process opens and closes the file in any other way.
  static Outcome<Connection> open(const std::filesystem::path& file);

  // Runs one statement or several, separated by ";", for their effect.
  Outcome<void> execute(std::string_view statements);

  // Runs one statement whose columns are texts, booleans or 64-bit integers. The parameters are
  // bound to $1, $2, … as texts.
  Outcome<std::vector<Row>> select(std::string_view statement,
                                   std::span<const std::string_view> parameters = {});

  // The columns of a statement that selects; nothing for a statement of another kind.
  Outcome<std::optional<std::vector<PreparedColumn>>> columns_of(std::string_view statement);

  // Adds rows of texts to a temporary table.
  Outcome<void> append(const std::string& temporary_table, std::span<const Row> rows);

 private:
  Connection(Database database, ConnectionHandle connection)
      : database_(std::move(database)), connection_(std::move(connection)) {}

  Outcome<Statement> prepare(std::string_view statement);

  Database database_;  // outlives the connection
  ConnectionHandle connection_;
};

}  // namespace github_stats::duckdb
