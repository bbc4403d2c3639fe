#include "warehouse/duckdb_query.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <sstream>

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

ValueKind kind_of(const PreparedColumn& column) {
  return is_number(column.type)                     ? ValueKind::kNumber
         : column.type == DUCKDB_TYPE_BOOLEAN       ? ValueKind::kBoolean
         : column.is_json || is_nested(column.type) ? ValueKind::kJson
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

std::string time_of(std::string_view micros) {
  int64_t number = 0;
  std::from_chars(micros.data(), micros.data() + micros.size(), number);
  return format_time(Time(Duration(number)));
}

// DuckDB writes ".5" where a DECIMAL has no room for digits in front; JSON wants "0.5".
std::string with_leading_digit(std::string_view decimal) {
  std::string out(decimal);
  const size_t first = out.starts_with('-') ? 1 : 0;
  if (out.size() > first && out[first] == '.') {
    out.insert(first, 1, '0');
  }
  return out;
}

// `json` with the numbers that DuckDB writes and JSON has no form for made null.
std::string without_nonfinite(std::string_view json) {
  constexpr std::string_view kNonfinite[] = {"NaN", "Infinity", "-Infinity"};
  std::string out;
  bool in_text = false;
  while (!json.empty()) {
    const auto* const found = std::ranges::find_if(
        kNonfinite, [&](std::string_view word) { return !in_text && json.starts_with(word); });
    if (found != std::end(kNonfinite)) {
      out.append("null");
      json.remove_prefix(found->size());
      continue;
    }
    const bool is_escape = in_text && json.front() == '\\';
    in_text = in_text != (json.front() == '"');
    out.append(json.substr(0, is_escape ? 2 : 1));
    json.remove_prefix(std::min<size_t>(json.size(), is_escape ? 2 : 1));
  }
  return out;
}

// What makes DuckDB's text for a column's values into this program's; nullptr when it is that.
std::string (*form_of(const PreparedColumn& column))(std::string_view) {
  return is_time(column.type)                  ? time_of
         : column.type == DUCKDB_TYPE_DECIMAL  ? with_leading_digit
         : kind_of(column) == ValueKind::kJson ? without_nonfinite
                                               : nullptr;
}

void write_values(const std::vector<PreparedColumn>& columns, std::vector<Row>& rows) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto form = form_of(columns[i]);
    for (Row& row : rows) {
      if (form != nullptr && row[i]) {
        row[i] = form(*row[i]);
      }
    }
  }
}

// What DuckDB does not know to say.
std::string_view remedy_for(std::string_view message) {
  if (message.starts_with("Permission Error")) {
    return "a query sees the warehouse's tables and nothing else";
  }
  if (message.starts_with("Catalog Error: Table")) {
    return "SHOW TABLES lists those there are; `github-stats init` creates this program's";
  }
  return {};
}

tl::unexpected<Error> query_error(const Failure& failure) {
  switch (failure.type) {
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return tl::unexpected(statement_error("running the query", failure));
    default:  // the user's own words: shown whole, with DuckDB's hints
      return fail(ErrorCode::kInvalidArgument, failure.message,
                  std::string(remedy_for(failure.message)));
  }
}

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() > word.size() &&
         std::ranges::equal(text.substr(0, word.size()), word,
                            [](unsigned char a, char b) { return std::toupper(a) == b; }) &&
         std::isspace(static_cast<unsigned char>(text[word.size()])) != 0;
}

std::string_view after_word(std::string_view text, std::string_view word) {
  const auto trimmed = [](std::string_view of) {
    return of.substr(std::min(of.size(), of.find_first_not_of(" \t\r\n")));
  };
  text = trimmed(text);
  return begins_with_word(text, word) ? trimmed(text.substr(word.size())) : text;
}

// Whether what stands behind EXPLAIN, or EXPLAIN ANALYZE, which runs it, is a SELECT by itself.
bool explains_select(Connection& connection, std::string_view statement) {
  const auto explained =
      connection.describe(after_word(after_word(statement, "EXPLAIN"), "ANALYZE"));
  return explained && explained->kind == StatementKind::kSelect;
}

// Finds the semicolon that ends a statement, behind which comments may follow: it can't stand
// inside another query. DuckDB tells it from those inside texts and comments.
std::string_view without_end(Connection& connection, std::string_view statement) {
  constexpr int kMostTried = 100;
  size_t end = statement.rfind(';');
  for (int i = 0; i < kMostTried && end != std::string_view::npos; ++i) {
    const std::string_view before = statement.substr(0, end);
    if (connection.is_blank(statement.substr(end)) && connection.describe(before)) {
      return without_end(connection, before);
    }
    end = end == 0 ? std::string_view::npos : statement.rfind(';', end - 1);
  }
  return statement;
}

Status check_only_reads(Connection& connection, std::string_view statement,
                        const StatementShape& shape) {
  if (shape.kind == StatementKind::kSelect ||
      (shape.kind == StatementKind::kExplain && explains_select(connection, statement))) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument, "a query may only read, and this statement does more",
              "begin it with SELECT, WITH, FROM, VALUES, SHOW, DESCRIBE or SUMMARIZE, or with "
              "EXPLAIN in front of one of them");
}

// What DuckDB explains as a drawing, a line a row. Each of its rows has a title and a drawing.
QueryResult drawn_plan(const std::vector<Row>& rows) {
  QueryResult result{.columns = {{.name = "plan"}}, .rows = {}};
  for (const Row& row : rows) {
    std::istringstream drawing(row.back().value_or(""));
    for (std::string line; std::getline(drawing, line);) {
      result.rows.push_back({line});
    }
  }
  return result;
}

QueryResult with_columns(const std::vector<PreparedColumn>& columns, std::vector<Row> rows) {
  QueryResult result;
  for (const PreparedColumn& column : columns) {
    result.columns.push_back({column.name, kind_of(column)});
  }
  result.rows = std::move(rows);
  return result;
}

// What the statement would do, when it may.
Result<StatementShape> checked_shape(Connection& connection, std::string_view sql) {
  if (sql.find('\0') != std::string_view::npos) {  // where DuckDB would stop reading
    return fail(ErrorCode::kInvalidArgument, "the query has a NUL character in it");
  }
  if (connection.is_blank(sql)) {
    return fail(ErrorCode::kInvalidArgument, "the query is empty");
  }
  auto shape = connection.describe(sql);
  if (!shape) {
    return query_error(shape.error());
  }
  if (connection.access() == Access::kSealed) {
    RETURN_IF_ERROR(check_only_reads(connection, sql, *shape));
  }
  return *std::move(shape);
}

}  // namespace

Status run_query_by_row(Connection& connection, std::string_view sql,
                        const std::function<void(const QueryRow&)>& on_row) {
  const auto shape = checked_shape(connection, sql);
  if (!shape) {
    return tl::unexpected(shape.error());
  }
  if (shape->kind != StatementKind::kSelect) {
    return fail(ErrorCode::kInvalidArgument, "only the rows of a SELECT come one by one");
  }
  const auto done = connection.select_in_pieces(
      readable_query(without_end(connection, sql), shape->columns), [&](std::vector<Row> rows) {
        write_values(shape->columns, rows);
        std::ranges::for_each(rows, on_row);
      });
  return done ? Status() : query_error(done.error());
}

Result<QueryResult> run_query(Connection& connection, std::string_view sql) {
  const auto shape = checked_shape(connection, sql);
  if (!shape) {
    return tl::unexpected(shape.error());
  }
  if (shape->kind == StatementKind::kOther) {  // changes something: has no answer
    const auto changed = connection.execute(sql);
    return changed ? Result<QueryResult>(QueryResult()) : query_error(changed.error());
  }
  // An EXPLAIN can't stand inside another query, and gives texts anyway.
  const bool explains = shape->kind == StatementKind::kExplain;
  auto rows = connection.select(
      explains ? std::string(sql) : readable_query(without_end(connection, sql), shape->columns));
  if (!rows) {
    return query_error(rows.error());
  }
  if (explains) {
    return drawn_plan(*rows);
  }
  write_values(shape->columns, *rows);
  return with_columns(shape->columns, *std::move(rows));
}

Status check_query(Connection& connection, std::string_view sql) {
  const auto shape = checked_shape(connection, sql);
  return shape ? Status() : tl::unexpected<Error>(shape.error());
}

}  // namespace github_stats::duckdb
