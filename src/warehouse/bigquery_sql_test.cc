#include "warehouse/bigquery_sql.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace github_stats::bigquery_sql {
namespace {

using testing::HasSubstr;
using testing::Not;
using enum Stream;

const Dataset kDataset = {"my-project", "stats"};

size_t count(const std::string& text, std::string_view what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

StagedStreams staged(std::vector<std::string> borders = {}) {
  StagedStreams streams;
  streams[0].table = "stage_a";
  streams[1] = {"stage_b", std::move(borders)};
  return streams;
}

TEST(BigQuerySql, MergesEachTableOnceWithinTheDaysOfWhatIsThere) {
  const std::string script = load(kDataset, staged());
  EXPECT_EQ(count(script, "MERGE INTO"), kStreams.size() + 1);  // and _loads
  for (const Stream stream : kStreams) {
    EXPECT_EQ(count(script, "MERGE INTO " + kDataset.table(to_string(stream))), 1U);
    EXPECT_THAT(script,
                HasSubstr(fmt::format("BETWEEN first_of_{0} AND last_of_{0}", to_string(stream))));
  }
}

TEST(BigQuerySql, ChangesEverythingInOneTransaction) {
  const std::string script = load(kDataset, staged());
  const size_t begin = script.find("BEGIN TRANSACTION;");
  const size_t end = script.find("COMMIT TRANSACTION;");
  ASSERT_NE(begin, std::string::npos);
  EXPECT_EQ(script.substr(end), "COMMIT TRANSACTION;\n");
  EXPECT_EQ(count(script.substr(0, begin), ";"), 1U) << "the variables";
  EXPECT_EQ(count(script, "CREATE"), count(script, "CREATE TEMP TABLE"));
}

TEST(BigQuerySql, CutsAMergeOfManyDaysIntoParts) {
  const std::string script = load(kDataset, staged({"2015-01-01", "2020-06-30"}));
  EXPECT_EQ(count(script, "MERGE INTO " + kDataset.table("commits")), 3U);
  EXPECT_THAT(script, HasSubstr("WHERE DATE(`commit_date`) < DATE '2015-01-01'"));
  EXPECT_THAT(script, HasSubstr("WHERE DATE(`commit_date`) >= DATE '2015-01-01'\n"
                                "  AND DATE(`commit_date`) < DATE '2020-06-30'"));
  EXPECT_THAT(script, HasSubstr("WHERE DATE(`commit_date`) >= DATE '2020-06-30'\n"));
  // What is gone goes once, however many parts.
  EXPECT_EQ(count(script, "TRUE AS is_gone"), kStreams.size());
}

TEST(BigQuerySql, LooksAtWhatIsStagedOnly) {
  const std::string statement = inspect(kDataset, staged());
  EXPECT_THAT(statement, HasSubstr("`my-project.stats.stage_a`"));
  EXPECT_THAT(statement, HasSubstr("'commits' AS stream"));
  EXPECT_THAT(statement, Not(HasSubstr("'reviews'")));
}

}  // namespace
}  // namespace github_stats::bigquery_sql
