#include "cli/query_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "cli/text_table.h"

namespace github_stats {
namespace {

using Sink = std::function<void(std::string_view)>;
using Value = std::optional<std::string>;

std::string in_one_line(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

void write_table(const QueryResult& result, const QueryOutput& output, const Sink& sink) {
  std::vector<std::string> names;
  std::vector<Align> alignment;
  names.reserve(result.columns.size());
  alignment.reserve(result.columns.size());
  for (const QueryColumn& column : result.columns) {
    names.push_back(in_one_line(column.name));
    alignment.push_back(column.kind == ValueKind::kNumber ? Align::kRight : Align::kLeft);
  }
  TextTable table(std::move(names), std::move(alignment));
  for (const auto& row : result.rows) {
    std::vector<std::string> cells;
    cells.reserve(row.size());
    for (const Value& value : row) {
      cells.push_back(in_one_line(value.value_or("NULL")));
    }
    table.add(std::move(cells));
  }
  if (output.columns) {
    table.fit(*output.columns);
  }
  sink(table.render());
}

// The columns' names, escaped.
Result<std::vector<std::string>> json_names(const std::vector<QueryColumn>& columns) {
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  for (const QueryColumn& column : columns) {
    if (!seen.insert(column.name).second) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("two columns are named '{}', which JSON can't tell apart", column.name),
          "give one of them another name with AS");
    }
    std::string quoted;
    append_json_string(quoted, column.name);
    names.push_back(quoted.substr(1, quoted.size() - 2));
  }
  return names;
}

void add_json(JsonWriter& json, ValueKind kind, const Value& value) {
  if (!value) {
    json.null();
  } else if (kind == ValueKind::kText) {
    json.text(*value);
  } else {
    json.raw(*value);
  }
}

Status write_json(const QueryResult& result, const Sink& sink) {
  ASSIGN_OR_RETURN(const auto names, json_names(result.columns));
  sink("[");
  std::string_view before = "\n";
  for (const auto& row : result.rows) {
    std::string line;
    JsonWriter json(line);
    json.begin_object();
    for (size_t i = 0; i < row.size(); ++i) {
      add_json(json.key(names[i]), result.columns[i].kind, row[i]);
    }
    json.end_object();
    sink(before);
    sink(line);
    before = ",\n";
  }
  sink(result.rows.empty() ? "]\n" : "\n]\n");
  return {};
}

bool is_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r\n").find(text.front()) != std::string::npos;
}

void add_csv(std::string& line, std::string_view text) {
  if (!text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos) {
    line.append(text);
    return;
  }
  line.push_back('"');
  for (const char c : text) {
    line.append(c == '"' ? 2 : 1, c);
  }
  line.push_back('"');
}

void write_csv(const QueryResult& result, const QueryOutput& output, const Sink& sink) {
  std::string line;
  for (const QueryColumn& column : result.columns) {
    line.append(line.empty() ? "" : ",");
    add_csv(line, column.name);
  }
  sink(line + "\n");
  for (const auto& row : result.rows) {
    line.clear();
    for (size_t i = 0; i < row.size(); ++i) {
      line.append(i == 0 ? "" : ",");
      if (!row[i]) {
        continue;
      }
      const bool disarmed = output.for_spreadsheets && result.columns[i].kind == ValueKind::kText &&
                            is_formula(*row[i]);
      add_csv(line, disarmed ? "'" + *row[i] : *row[i]);
    }
    line.push_back('\n');
    sink(line);
  }
}

}  // namespace

Status write_result(const QueryResult& result, const QueryOutput& output, const Sink& sink) {
  switch (output.format) {
    case QueryFormat::kJson:
      return write_json(result, sink);
    case QueryFormat::kCsv:
      write_csv(result, output, sink);
      return {};
    case QueryFormat::kTable:
      break;
  }
  write_table(result, output, sink);
  return {};
}

}  // namespace github_stats
