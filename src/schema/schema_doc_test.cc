// docs/formats.md lists the tables' columns; this keeps it true.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "schema/schema.h"

namespace github_stats {
namespace {

std::string_view name_of(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "text";
    case ColumnType::kInteger:
      return "integer";
    case ColumnType::kReal:
      return "real";
    case ColumnType::kBoolean:
      return "boolean";
    case ColumnType::kTimestamp:
      return "timestamp";
    case ColumnType::kDate:
      return "date";
    case ColumnType::kTextList:
      return "list of text";
  }
  return "";
}

std::string column_list(std::span<const Column> columns) {
  std::string text = "| column | type | meaning |\n|---|---|---|\n";
  for (const Column& column : columns) {
    text += fmt::format("| `{}` | {}{} | {} |\n", column.name, name_of(column.type),
                        column.required ? "" : ", or null", column.description);
  }
  return text;
}

std::string documentation() {
  std::string text;
  for (const Table& table : tables()) {
    text += fmt::format("\n### {}\n\n{}. Key: {}. Partitioned by {}, clustered by {}.\n\n{}",
                        table.name, table.description, fmt::join(table.key, ", "),
                        table.partition_column, fmt::join(table.cluster, ", "),
                        column_list(table.columns));
  }
  for (const View& view : views()) {
    text += fmt::format("\n### {} (a view)\n\n{}.\n\n{}", view.name, view.description,
                        column_list(view.columns));
  }
  return text;
}

TEST(SchemaDocumentation, IsWhatTheSchemaSays) {
  std::ifstream file(SOURCE_DIR "/docs/formats.md");
  const std::string written((std::istreambuf_iterator<char>(file)), {});
  const std::string marker = "<!-- columns: checked against src/schema by schema_test -->\n";
  const size_t at = written.find(marker);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(written.substr(at + marker.size()), documentation())
      << "docs/formats.md must end with:\n"
      << documentation();
}

}  // namespace
}  // namespace github_stats
