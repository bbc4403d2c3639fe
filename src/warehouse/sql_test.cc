#include "warehouse/sql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace github_stats::duckdb_sql {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Sql, QuotesIdentifiersAndLiterals) {
  EXPECT_EQ(identifier("plain"), R"("plain")");
  EXPECT_EQ(identifier(R"(a"b)"), R"("a""b")");
  EXPECT_EQ(literal("plain"), "'plain'");
  EXPECT_EQ(literal("it's"), "'it''s'");
  EXPECT_EQ(literal("'; DROP TABLE x; --"), "'''; DROP TABLE x; --'");
}

TEST(Sql, RequiresWhatTheSchemaRequires) {
  const std::string statement = create_table(table_of(Stream::kCommits));
  EXPECT_THAT(statement, HasSubstr(R"(CREATE TABLE IF NOT EXISTS "commits")"));
  EXPECT_THAT(statement, HasSubstr(R"("sha" VARCHAR NOT NULL)"));
  EXPECT_THAT(statement, HasSubstr("\"author\" VARCHAR,"));
  EXPECT_THAT(statement, HasSubstr(R"("co_authors" VARCHAR[] DEFAULT [])"));
  EXPECT_THAT(statement, HasSubstr(R"("commit_date" TIMESTAMP NOT NULL)"));
}

TEST(Sql, ReadsFilesWithoutInferringAnything) {
  const std::vector<std::string> paths = {"/a/it's.json", "/b/[c]*?.json"};
  const std::string statement = stage_chunks(Stream::kCommits, paths, Compression::kGzip, 7);
  EXPECT_THAT(statement, HasSubstr("'/a/it''s.json'"));
  EXPECT_THAT(statement, HasSubstr("'/b/[[]c][*][?].json'"));
  EXPECT_THAT(statement, HasSubstr("'pr_number': 'BIGINT'"));
  EXPECT_THAT(statement, HasSubstr("format = 'newline_delimited'"));
  EXPECT_THAT(statement, HasSubstr("compression = 'gzip'"));
  EXPECT_THAT(statement, HasSubstr("file_index + 7"));
  EXPECT_THAT(statement, HasSubstr("ignore_errors = false"));
}

TEST(Sql, NeverUpdatesAKey) {
  const std::string statement = merge(Stream::kCommits);
  EXPECT_THAT(statement, HasSubstr(R"("message" = staged."message")"));
  EXPECT_THAT(statement, Not(HasSubstr(R"(  "sha" = staged."sha")")));
  EXPECT_THAT(statement, HasSubstr(R"(staged."sha" = kept."sha")"));
}

TEST(Sql, NamesEveryTypeAsTheCatalogDoes) {
  EXPECT_EQ(type_name(ColumnType::kText), "VARCHAR");
  EXPECT_EQ(type_name(ColumnType::kInteger), "BIGINT");
  EXPECT_EQ(type_name(ColumnType::kReal), "DOUBLE");
  EXPECT_EQ(type_name(ColumnType::kBoolean), "BOOLEAN");
  EXPECT_EQ(type_name(ColumnType::kTimestamp), "TIMESTAMP");
  EXPECT_EQ(type_name(ColumnType::kDate), "DATE");
  EXPECT_EQ(type_name(ColumnType::kTextList), "VARCHAR[]");
}

}  // namespace
}  // namespace github_stats::duckdb_sql
