#include "warehouse/dialect.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "warehouse/sql_texts.h"

namespace github_stats {
namespace {

// $1, $2, … are the arguments, $0 the dataset. A form may call other functions.
struct Function {
  std::string_view name;
  size_t arguments;
  std::string_view duckdb;
  std::string_view bigquery;
};

// BigQuery's weeks begin on Sunday but for ISOWEEK, and its default time zone can be changed. Its
// PERCENTILE_CONT is no aggregate: what stands here instead reckons as DuckDB's quantile_cont does,
// to the last digit. Of a place between two values, each counts by how near it is.
constexpr Function kFunctions[] = {
    {"any_true", 1, "bool_or($1)", "LOGICAL_OR($1)"},
    {"day", 1, "CAST($1 AS DATE)", "DATE($1, 'UTC')"},
    {"days_back", 1, "(@now - INTERVAL $1 DAY)", "TIMESTAMP_SUB(@now, INTERVAL $1 DAY)"},
    {"each", 2, "unnest($1) AS each($2)", "UNNEST($1) AS $2"},
    {"elapsed", 3, "date_sub('$1', $2, $3)", "TIMESTAMP_DIFF($3, $2, $1)"},
    {"integer", 0, "BIGINT", "INT64"},
    {"newest", 2, "arg_max($1, {'time': $2, 'value': $1})",
     "ARRAY_AGG($1 ORDER BY $2 DESC, $1 DESC LIMIT 1)[OFFSET(0)]"},
    {"now", 0, "CAST(now() AT TIME ZONE 'UTC' AS TIMESTAMP)", "CURRENT_TIMESTAMP()"},
    {"percentile", 2, "quantile_cont($1, $2)",
     "(@sorted($1)[SAFE_OFFSET(CAST(FLOOR(@place($1, $2)) AS INT64))]"
     " * (1 - (@place($1, $2) - FLOOR(@place($1, $2))))"
     " + @sorted($1)[SAFE_OFFSET(CAST(CEIL(@place($1, $2)) AS INT64))]"
     " * (@place($1, $2) - FLOOR(@place($1, $2))))"},
    {"place", 2, "", "(CAST($2 AS FLOAT64) * (COUNT($1) - 1))"},
    {"real", 0, "DOUBLE", "FLOAT64"},
    {"sorted", 1, "", "ARRAY_AGG($1 IGNORE NULLS ORDER BY $1)"},
    {"table", 1, "$1", "`$0`.$1"},
    {"temporary", 1, "temp.$1", "$1"},
    {"text", 0, "VARCHAR", "STRING"},
    {"week", 1, "CAST(date_trunc('week', $1) AS DATE)", "DATE_TRUNC(DATE($1, 'UTC'), ISOWEEK)"},
    {"weeks_back", 1, "(date_trunc('week', @now) - INTERVAL $1 WEEK)",
     "TIMESTAMP_SUB(TIMESTAMP_TRUNC(@now, ISOWEEK), INTERVAL 7 * $1 DAY)"},
};

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \n");
  return first == std::string_view::npos
             ? std::string_view()
             : text.substr(first, text.find_last_not_of(" \n") - first + 1);
}

// The end of the comment or quoted text that begins at `begin`; `begin` if none does.
size_t end_of_opaque(std::string_view text, size_t begin) {
  const char c = text[begin];
  if (text.substr(begin, 2) == "--") {
    return std::min(text.find('\n', begin), text.size());
  }
  if (c != '\'' && c != '"' && c != '`') {
    return begin;
  }
  const size_t end = text.find(c, begin + 1);
  return end == std::string_view::npos ? text.size() : end + 1;
}

struct Call {
  std::string_view name;
  std::vector<std::string_view> arguments;
  size_t end = 0;  // npos: it has none
};

// Reads the arguments between the brackets that open at `open`.
void read_arguments(std::string_view text, size_t open, Call& call) {
  size_t depth = 0;
  size_t begin = open + 1;
  for (size_t i = open; i < text.size();) {
    if (const size_t opaque = end_of_opaque(text, i); opaque > i) {
      i = opaque;
      continue;
    }
    const char c = text[i];
    depth += c == '(' || c == '[' ? 1 : 0;
    depth -= c == ')' || c == ']' ? 1 : 0;
    if ((c == ',' && depth == 1) || depth == 0) {
      call.arguments.push_back(trimmed(text.substr(begin, i - begin)));
      begin = i + 1;
    }
    ++i;
    if (depth == 0) {
      call.end = i;
      return;
    }
  }
  call.end = std::string_view::npos;
}

// Reads the call whose @ is at `at`.
Call read_call(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && is_name_character(text[end])) {
    ++end;
  }
  Call call{.name = text.substr(at + 1, end - at - 1), .arguments = {}, .end = end};
  if (end < text.size() && text[end] == '(') {
    read_arguments(text, end, call);
  }
  return call;
}

std::string filled(std::string_view form, std::string_view dataset,
                   const std::vector<std::string>& arguments) {
  std::string result;
  for (size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '$') {
      const size_t place = static_cast<size_t>(form[++i] - '0');
      result += place == 0 ? dataset : arguments[place - 1];
    } else {
      result += form[i];
    }
  }
  return result;
}

}  // namespace

Dialect::Dialect(bool is_bigquery, std::string dataset)
    : is_bigquery_(is_bigquery), dataset_(std::move(dataset)) {}

Dialect Dialect::duckdb() { return {false, ""}; }

Dialect Dialect::bigquery(std::string_view project, std::string_view dataset) {
  return {true, fmt::format("{}.{}", project, dataset)};
}

Result<std::string> Dialect::call(std::string_view name,
                                  const std::vector<std::string>& arguments) const {
  const auto* const function = std::ranges::find(kFunctions, name, &Function::name);
  if (function == std::end(kFunctions)) {
    return fail(ErrorCode::kInternal, fmt::format("there is no @{} in any dialect of SQL", name));
  }
  if (arguments.size() != function->arguments) {
    return fail(ErrorCode::kInternal, fmt::format("@{} takes {} arguments, not {}", name,
                                                  function->arguments, arguments.size()));
  }
  return expand(filled(is_bigquery_ ? function->bigquery : function->duckdb, dataset_, arguments));
}

Result<std::string> Dialect::expand(std::string_view text, const Parameters& parameters) const {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '@') {
      const size_t end = std::max(end_of_opaque(text, i), i + 1);
      result += text.substr(i, end - i);
      i = end;
      continue;
    }
    const Call found = read_call(text, i);
    if (found.end == std::string_view::npos) {
      return fail(ErrorCode::kInternal, fmt::format("@{}( has no end", found.name));
    }
    i = found.end;
    const auto given = parameters.find(found.name);
    if (given != parameters.end() && found.arguments.empty()) {
      result += given->second;
      continue;
    }
    std::vector<std::string> arguments;
    for (const std::string_view argument : found.arguments) {
      ASSIGN_OR_RETURN(arguments.emplace_back(), expand(argument, parameters));
    }
    ASSIGN_OR_RETURN(const std::string expansion, call(found.name, arguments));
    result += expansion;
  }
  return result;
}

std::string Dialect::statement(std::string_view name, const Parameters& parameters) const {
  auto expanded = expand(sql_text(name), parameters);
  if (!expanded) {
    fmt::print(stderr, "{}.sql: {}\n", name, expanded.error().message);
    std::abort();
  }
  return *std::move(expanded);
}

std::string Dialect::table(std::string_view name) const {
  return *call("table", {std::string(name)});
}

// In BigQuery a quote is not doubled but escaped, and a newline must be.
std::string Dialect::literal(std::string_view text) const {
  std::string result = "'";
  for (const char c : text) {
    if (!is_bigquery_) {
      result.append(c == '\'' ? 2 : 1, c);
    } else if (c == '\n') {
      result += "\\n";
    } else {
      result += c == '\'' || c == '\\' ? fmt::format("\\{}", c) : std::string(1, c);
    }
  }
  return result += '\'';
}

}  // namespace github_stats
