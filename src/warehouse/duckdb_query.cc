#include "warehouse/duckdb_query.h"

#include <fmt/format.h>

#include <charconv>

#include "base/clock.h"
#include "warehouse/duckdb_errors.h"

namespace github_stats::duckdb {
namespace {

bool is_number(duckdb_type type) {
  switch (type) {
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_DECIMAL:
      return true;
    default:
      return false;
  }
}

bool is_time(duckdb_type type) {
  return type == DUCKDB_TYPE_TIMESTAMP || type == DUCKDB_TYPE_TIMESTAMP_TZ ||
         type == DUCKDB_TYPE_TIMESTAMP_S || type == DUCKDB_TYPE_TIMESTAMP_MS ||
         type == DUCKDB_TYPE_TIMESTAMP_NS;
}

bool is_nested(duckdb_type type) {
  return type == DUCKDB_TYPE_LIST || type == DUCKDB_TYPE_ARRAY || type == DUCKDB_TYPE_STRUCT ||
         type == DUCKDB_TYPE_MAP || type == DUCKDB_TYPE_UNION;
}

ValueKind kind_of(duckdb_type type) {
  return is_number(type)               ? ValueKind::kNumber
         : type == DUCKDB_TYPE_BOOLEAN ? ValueKind::kBoolean
         : is_nested(type)             ? ValueKind::kJson
                                       : ValueKind::kText;
}

// The column, cast to what Connection::select can give. A time comes as microseconds: format_time
// then writes it as everywhere else.
std::string readable(duckdb_type type, const std::string& column) {
  if (type == DUCKDB_TYPE_FLOAT || type == DUCKDB_TYPE_DOUBLE) {
    return fmt::format("CASE WHEN isfinite({0}) THEN CAST({0} AS VARCHAR) END", column);
  }
  if (is_time(type)) {
    return fmt::format("CASE WHEN isfinite({0}) THEN epoch_us({0}) END", column);
  }
  return fmt::format("CAST({} AS VARCHAR)",
                     is_nested(type) ? fmt::format("to_json({})", column) : column);
}

// `sql` inside a query that makes every column readable. The columns are renamed, as the names that
// a user gave may repeat.
std::string readable_query(std::string_view sql, const std::vector<PreparedColumn>& columns) {
  std::string values;
  std::string names;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string name = fmt::format("c{}", i);
    values += (i == 0 ? "" : ", ") + readable(columns[i].type, name);
    names += (i == 0 ? "" : ", ") + name;
  }
  // The line's end closes a comment that the user's may end with.
  return fmt::format("SELECT {}\nFROM (\n{}\n) AS answer({})", values, sql, names);
}

std::string_view without_end(std::string_view sql) {
  const size_t last = sql.find_last_not_of("; \t\r\n");
  return last == std::string_view::npos ? std::string_view() : sql.substr(0, last + 1);
}

void write_times(const std::vector<PreparedColumn>& columns, std::vector<Row>& rows) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!is_time(columns[i].type)) {
      continue;
    }
    for (Row& row : rows) {
      int64_t micros = 0;
      if (row[i] && std::from_chars(row[i]->data(), row[i]->data() + row[i]->size(), micros).ec ==
                        std::errc()) {
        row[i] = format_time(Time(Duration(micros)));
      }
    }
  }
}

tl::unexpected<Error> query_error(const Failure& failure) {
  switch (failure.type) {
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return tl::unexpected(statement_error("running the query", failure));
    default:  // the user's own words: shown whole, with DuckDB's hints
      return fail(ErrorCode::kInvalidArgument, failure.message);
  }
}

}  // namespace

Result<QueryResult> run_query(Connection& connection, std::string_view sql) {
  const std::string_view statement = without_end(sql);
  if (statement.empty()) {
    return fail(ErrorCode::kInvalidArgument, "the query is empty");
  }
  const auto columns = connection.columns_of(statement);
  if (!columns) {
    return query_error(columns.error());
  }
  if (!*columns) {  // changes something: has no answer
    const auto changed = connection.execute(statement);
    return changed ? Result<QueryResult>(QueryResult()) : query_error(changed.error());
  }
  auto rows = connection.select(readable_query(statement, **columns));
  if (!rows) {
    return query_error(rows.error());
  }
  write_times(**columns, *rows);
  QueryResult result;
  for (const PreparedColumn& column : **columns) {
    result.columns.push_back({column.name, kind_of(column.type)});
  }
  result.rows = *std::move(rows);
  return result;
}

}  // namespace github_stats::duckdb
