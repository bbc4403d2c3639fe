// One SQL text for both warehouses. What DuckDB and BigQuery write differently stands in the text
// as a call that reads like SQL and is replaced:
//
//   @table(reviews)            one of the tables or views; BigQuery's bears project and dataset
//   @temporary(winners)        a temporary table, never a user's of the same name
//   @text @integer @real       types
//   @now                       the time of the statement, a point in UTC
//   @day(t) @week(t)           the UTC day; the Monday of its week
//   @days_back(n)              n days before now
//   @weeks_back(n)             the beginning of the week that is n weeks before this one
//   @elapsed(second, a, b)     whole seconds (minutes, hours, days) from a to b; part of one is
//   none
//   @any_true(x)               aggregate: whether x is true in any row
//   @newest(x, t)              aggregate: x of the newest t; the greatest x of several
//   @percentile(x, 0.9)        aggregate: between the two values around the place, null without any
//   @each([a, b], x)           joined to a row: one row for each of the list, named x
//   @materialized              as in WITH x AS @materialized (…): worked out once, where one can
//   say so
//
// Calls may be nested; in comments and between quotes an @ is an @.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"

namespace github_stats {

class Dialect {
 public:
  // What a text's caller gives besides, without the @: {"times", "created_at"}. It is put in as it
  // is, and comes before a function of the same name.
  using Parameters = std::map<std::string_view, std::string>;

  static Dialect duckdb();
  static Dialect bigquery(std::string_view project, std::string_view dataset);

  bool is_bigquery() const { return is_bigquery_; }

  // The text as this warehouse understands it. A call that is not in the list above, that has too
  // many or too few arguments or no end, is internal: texts come from the program alone.
  Result<std::string> expand(std::string_view text, const Parameters& parameters = {}) const;

  // The text of that name in sql_texts(), expanded. One that can't be ends the program.
  std::string statement(std::string_view name, const Parameters& parameters = {}) const;

  // @table(name).
  std::string table(std::string_view name) const;

  // Any text as a literal.
  std::string literal(std::string_view text) const;

 private:
  Dialect(bool is_bigquery, std::string dataset);

  bool is_bigquery_;
  std::string dataset_;  // "project.dataset"
};

}  // namespace github_stats
