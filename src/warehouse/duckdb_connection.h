// A connection to a DuckDB file: statements in, rows of text out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
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

// What a connection may do.
//
// kSealed is for statements that this program's user brought from anywhere. DuckDB's own advice
// ("Securing DuckDB") is taken whole: the file is opened read-only, nothing outside it can be read
// or written, no extension loads, and none of that can be set back. enable_external_access alone
// would leave the database's own files, its log and its temporary directory open to COPY and to
// file logging, so the local file system is disabled as well, once the file is open: the price is
// that a query can't spill to disk.
enum class Access { kReadWrite, kReadOnly, kSealed };

// A column that a statement will give.
struct PreparedColumn {
  std::string name;
  duckdb_type type = DUCKDB_TYPE_INVALID;
  bool is_json = false;  // a text of DuckDB's type JSON
};

// What running a statement would do.
enum class StatementKind { kSelect, kExplain, kOther };

struct StatementShape {
  StatementKind kind = StatementKind::kOther;
  std::vector<PreparedColumn> columns;  // of an answer
};

class Connection {
 public:
  // Opens the file, or creates it if that is allowed; its directory must exist. Within one process
  // all connections to a file share one database and must have the same access. Another process is
  // kept out by a lock on the file, which the system drops when this process opens and closes the
  // file in any other way; those who only read keep out who writes.
  static Outcome<Connection> open(const std::filesystem::path& file,
                                  Access access = Access::kReadWrite);

  Access access() const { return access_; }

  // Runs one statement or several, separated by ";", for their effect.
  Outcome<void> execute(std::string_view statements);

  // Runs one statement whose columns are texts, booleans or 64-bit integers. The parameters are
  // bound to $1, $2, … as texts.
  Outcome<std::vector<Row>> select(std::string_view statement,
                                   std::span<const std::string_view> parameters = {});

  // The same without parameters, some thousand rows at a time.
  Outcome<void> select_in_pieces(std::string_view statement,
                                 const std::function<void(std::vector<Row>)>& on_rows);

  // Whether there is no statement in it: blanks, comments and semicolons only.
  bool is_blank(std::string_view statements);

  // Looks at one statement without running it. Several are refused.
  Outcome<StatementShape> describe(std::string_view statement);

  // Adds rows of texts to a temporary table.
  Outcome<void> append(const std::string& temporary_table, std::span<const Row> rows);

 private:
  Connection(Database database, ConnectionHandle connection, Access access)
      : database_(std::move(database)), connection_(std::move(connection)), access_(access) {}

  Outcome<Statement> prepare(std::string_view statement);

  Database database_;  // outlives the connection
  ConnectionHandle connection_;
  Access access_;
};

}  // namespace github_stats::duckdb
