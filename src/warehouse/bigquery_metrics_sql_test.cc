// What BigQuery's own analyser makes of these statements is for the tests that have one; here is
// what it can't tell: whether a transaction holds only what BigQuery allows in one, and whether
// every table is the dataset's.
#include "warehouse/bigquery_metrics_sql.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace github_stats::bigquery_sql {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Dialect kDialect = Dialect::bigquery("my-project", "stats");

std::string without_comments(const std::string& sql) {
  return std::regex_replace(sql, std::regex("--[^\n]*"), "");
}

std::string without_texts(const std::string& sql) {
  return std::regex_replace(without_comments(sql), std::regex(R"('(\\.|[^'\\])*')"), "''");
}

std::vector<std::string> matches(const std::string& sql, const std::string& pattern) {
  std::vector<std::string> found;
  const std::regex regex(pattern);
  for (std::sregex_iterator match(sql.begin(), sql.end(), regex), end; match != end; ++match) {
    found.push_back(match->str(1));
  }
  return found;
}

TEST(BigQueryMetrics, NameEveryTableInFull) {
  for (const auto& [name, sql] : all_statements()) {
    const std::string plain = without_texts(sql);
    EXPECT_THAT(plain, Not(HasSubstr("@"))) << name;
    EXPECT_THAT(plain, AllOf(Not(HasSubstr("VARCHAR")), Not(HasSubstr("temp.")))) << name;
    for (const Table& table : tables()) {
      const auto named =
          matches(plain, fmt::format(R"(\b(?:FROM|JOIN|INTO)\s+{}\b(\S*))", table.name));
      EXPECT_THAT(named, IsEmpty()) << name << " means " << table.name << " of no dataset";
    }
  }
}

TEST(BigQueryMetrics, DeleteAndUpdateWithACondition) {
  for (const auto& [name, sql] : all_statements()) {
    const std::string plain = without_texts(sql);
    for (const std::string& statement : matches(plain, R"(((?:DELETE FROM|UPDATE) [^;]*))")) {
      EXPECT_THAT(statement, HasSubstr("WHERE")) << name;
    }
  }
}

TEST(BigQueryMetrics, CreateNothingThatStaysInATransaction) {
  for (const MetricsScope scope : {MetricsScope::kTouched, MetricsScope::kAll}) {
    const std::string script = without_comments(update_metrics(kDialect, scope));
    const size_t begin = script.find("BEGIN TRANSACTION;");
    const size_t end = script.find("COMMIT TRANSACTION;");
    ASSERT_LT(begin, end);
    const std::string transaction = script.substr(begin, end - begin);
    EXPECT_EQ(matches(transaction, R"(\b(CREATE (?!TEMPORARY)))"), std::vector<std::string>());
    EXPECT_THAT(transaction, AllOf(HasSubstr("CREATE TEMPORARY TABLE metrics_days"),
                                   HasSubstr("DELETE FROM `my-project.stats`.metrics"),
                                   HasSubstr("INSERT INTO `my-project.stats`.metrics")));
    EXPECT_THAT(script.substr(end), HasSubstr("SELECT count(*) AS row_count"));
  }
}

TEST(BigQueryMetrics, CalculateEverythingWhenAskedOrNotCurrent) {
  EXPECT_THAT(update_metrics(kDialect, MetricsScope::kAll), HasSubstr("everything = true\n"));
  EXPECT_THAT(update_metrics(kDialect, MetricsScope::kTouched),
              AllOf(HasSubstr("everything = false\n"), HasSubstr("logical_and(is_current)")));
}

TEST(BigQueryMetrics, DescribeViewsByTheSchema) {
  const std::string created = create_views(kDialect);
  for (const View& view : views()) {
    EXPECT_THAT(created, HasSubstr(fmt::format("VIEW `my-project.stats`.{} (", view.name)));
    for (const Column& column : view.columns) {
      EXPECT_THAT(created, HasSubstr(fmt::format("  {} OPTIONS (description = {})", column.name,
                                                 kDialect.literal(column.description))));
    }
  }
}

TEST(BigQueryMetrics, KeepRulesAsLiterals) {
  const std::string script = replace_metrics_rules(kDialect, {"acme-ci", "it's"}, 21);
  EXPECT_THAT(script, HasSubstr(R"(DEFAULT ['acme-ci', 'it\'s'];)"));
  EXPECT_THAT(script, HasSubstr("SET stale_after_days = 21 "));
  EXPECT_THAT(remember_definition(kDialect, "a\nb'"), HasSubstr(R"(definition = 'a\nb\'',)"));
}

TEST(BigQueryMetrics, AllAreThereToBeChecked) {
  std::vector<std::string> names;
  std::ranges::transform(all_statements(), std::back_inserter(names), &NamedStatement::name);
  EXPECT_THAT(names, AllOf(Contains("create_views"), Contains("update_metrics: kAll"),
                           Contains("query: throughput")));
}

}  // namespace
}  // namespace github_stats::bigquery_sql
