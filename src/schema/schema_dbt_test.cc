// docs/dbt/sources.yml tells dbt of the tables and views; this keeps it true.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "schema/schema.h"

namespace github_stats {
namespace {

using Names = std::vector<std::string_view>;

// What makes a view's row unique, which the schema does not say.
Names key_of(const View& view) {
  return view.name == "pull_request_facts" ? Names{"org", "repo", "number"}
                                           : Names{"org", "repo", "number", "kind", "id"};
}

std::string in_quotes(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    result += c == '"' || c == '\\' ? fmt::format("\\{}", c) : std::string(1, c);
  }
  return result + '"';
}

// dbt's own test of uniqueness takes one column, or an expression in its place. Both warehouses
// know the type STRING.
std::string unique(std::span<const std::string_view> key) {
  std::string expression;
  for (const std::string_view column : key) {
    expression +=
        fmt::format("{}CAST({} AS STRING)", expression.empty() ? "" : " || '/' || ", column);
  }
  return fmt::format("        data_tests:\n          - unique:\n              column_name: {}\n",
                     in_quotes(expression));
}

std::string columns_of(std::span<const Column> columns) {
  std::string text = "        columns:\n";
  for (const Column& column : columns) {
    text += fmt::format("          - name: {}\n            description: {}\n", column.name,
                        in_quotes(column.description));
    text += column.required ? "            data_tests: [not_null]\n" : "";
  }
  return text;
}

std::string entry(std::string_view name, std::string_view description,
                  std::span<const std::string_view> key, std::span<const Column> columns) {
  return fmt::format("      - name: {}\n        description: {}\n{}{}", name,
                     in_quotes(description), unique(key), columns_of(columns));
}

std::string sources() {
  std::string text = R"(# What github-stats keeps, for dbt 1.8 or later: see docs/bi.md.
version: 2

sources:
  - name: github_stats
    description: "Pull requests of an organisation on GitHub, collected by github-stats"
    schema: "{{ var('github_stats_schema', 'main') }}"
    tables:
)";
  for (const Table& table : tables()) {
    text += entry(table.name, table.description, table.key, table.columns);
  }
  for (const View& view : views()) {
    text += entry(view.name, view.description, key_of(view), view.columns);
  }
  return text;
}

TEST(DbtSources, AreWhatTheSchemaSays) {
  std::ifstream file(SOURCE_DIR "/docs/dbt/sources.yml");
  const std::string written((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(written, sources()) << "docs/dbt/sources.yml must be:\n" << sources();
}

}  // namespace
}  // namespace github_stats
