// A query's answer as a table, JSON or CSV.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "warehouse/warehouse.h"

namespace github_stats {

// kTable: for people. Numbers to the right; a null is "NULL", an empty text nothing; line ends and
//   tabs are blanks, and nothing is left that could move a terminal's cursor.
// kJson: one array with an object a row, one row a line. Numbers, booleans, lists and DuckDB's JSON
//   are values, null is null.
// kCsv: RFC 4180, but lines end with LF, as DuckDB's do. A line of names comes first. A null is
//   nothing, an empty text "".
enum class QueryFormat { kTable, kJson, kCsv };

struct QueryOutput {
  QueryFormat format = QueryFormat::kTable;
  // Table: the terminal's width, to which long texts are cut. Nothing: all is shown.
  std::optional<size_t> columns;
  // CSV: a text that a spreadsheet would take for a formula (it begins with =, +, -, @, a tab or a
  // line's end) gets a "'" in front. It changes the data, so it is done only when asked for.
  bool for_spreadsheets = false;
};

// Gives `sink` the pieces of the output, a row at a time (a table: at once). JSON needs different
// names for its columns: equal ones are invalid_argument, and nothing is written.
Status write_result(const QueryResult& result, const QueryOutput& output,
                    const std::function<void(std::string_view)>& sink);

}  // namespace github_stats
