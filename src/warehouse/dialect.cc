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

std::string trimmed(std::string_view text) {
  const size_t first = std::min(text.find_first_not_of(" \n"), text.size());
  return std::string(text.substr(first, text.find_last_not_of(" \n") + 1 - first));
}

// The end of the comment or quoted text that begins at `begin`, or of the character there.
size_t end_of_piece(std::string_view text, size_t begin) {
  const char c = text[begin];
  if (text.substr(begin, 2) == "--") {
    return std::min(text.find('\n', begin), text.size());
  }
  if (c != '\'' && c != '"' && c != '`') {
    return begin + 1;
  }
  const size_t end = text.find(c, begin + 1);
  return end == std::string_view::npos ? text.size() : end + 1;
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

// One text on its way to being expanded.
class Expansion {
 public:
  Expansion(std::string_view text, const Dialect::Parameters& parameters, bool is_bigquery,
            std::string_view dataset)
      : text_(text), parameters_(parameters), is_bigquery_(is_bigquery), dataset_(dataset) {}

  // Expands what follows, up to one of `ends` that is in no brackets of its own, or all of it.
  Result<std::string> up_to(std::string_view ends) {
    std::string result;
    for (int depth = 0; at_ < text_.size();) {
      const char c = text_[at_];
      if (depth == 0 && ends.find(c) != std::string_view::npos) {
        return result;
      }
      if (c == '@') {
        ASSIGN_OR_RETURN(const std::string expansion, call());
        result += expansion;
        continue;
      }
      depth += c == '(' || c == '[' ? 1 : 0;
      depth -= c == ')' || c == ']' ? 1 : 0;
      const size_t end = end_of_piece(text_, at_);
      result += text_.substr(at_, end - at_);
      at_ = end;
    }
    return ends.empty() ? Result<std::string>(result)
                        : fail(ErrorCode::kInternal, "a call has no end: " + result);
  }

 private:
  // The call that begins here.
  Result<std::string> call() {
    const size_t begin = ++at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) {
      ++at_;
    }
    const std::string_view name = text_.substr(begin, at_ - begin);
    std::vector<std::string> arguments;
    if (at_ < text_.size() && text_[at_] == '(') {
      do {
        ++at_;
        ASSIGN_OR_RETURN(const std::string argument, up_to(",)"));
        arguments.push_back(trimmed(argument));
      } while (text_[at_] == ',');
      ++at_;
    }
    const auto given = parameters_.find(name);
    return given != parameters_.end() && arguments.empty() ? given->second
                                                           : expansion_of(name, arguments);
  }

  Result<std::string> expansion_of(std::string_view name,
                                   const std::vector<std::string>& arguments) const {
    const auto* const function = std::ranges::find(kFunctions, name, &Function::name);
    if (function == std::end(kFunctions)) {
      return fail(ErrorCode::kInternal, fmt::format("there is no @{} in any dialect of SQL", name));
    }
    if (arguments.size() != function->arguments) {
      return fail(ErrorCode::kInternal, fmt::format("@{} takes {} arguments, not {}", name,
                                                    function->arguments, arguments.size()));
    }
    const std::string form =
        filled(is_bigquery_ ? function->bigquery : function->duckdb, dataset_, arguments);
    return Expansion(form, {}, is_bigquery_, dataset_).up_to("");
  }

  std::string_view text_;
  const Dialect::Parameters& parameters_;
  bool is_bigquery_;
  std::string_view dataset_;
  size_t at_ = 0;
};

}  // namespace

Dialect::Dialect(bool is_bigquery, std::string dataset)
    : is_bigquery_(is_bigquery), dataset_(std::move(dataset)) {}

Dialect Dialect::duckdb() { return {false, ""}; }

Dialect Dialect::bigquery(std::string_view project, std::string_view dataset) {
  return {true, fmt::format("{}.{}", project, dataset)};
}

Result<std::string> Dialect::expand(std::string_view text, const Parameters& parameters) const {
  return Expansion(text, parameters, is_bigquery_, dataset_).up_to("");
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
  return *expand(fmt::format("@table({})", name));
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
