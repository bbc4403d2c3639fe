#include "schema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace github_stats {
namespace {

using ::testing::ElementsAre;

const Column* column_named(const Table& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &Column::name);
  return found == table.columns.end() ? nullptr : &*found;
}

class EveryTable : public ::testing::TestWithParam<const Table*> {
 protected:
  const Table& table() const { return *GetParam(); }
};

TEST_P(EveryTable, NamesEveryColumnOnceInLowerCase) {
  std::set<std::string_view> names;
  for (const Column& column : table().columns) {
    EXPECT_TRUE(names.insert(column.name).second) << column.name;
    EXPECT_EQ(column.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"),
              std::string_view::npos)
        << column.name;
  }
}

TEST_P(EveryTable, DescribesItselfAndItsColumnsInOneLine) {
  EXPECT_FALSE(table().description.empty());
  for (const Column& column : table().columns) {
    EXPECT_FALSE(column.description.empty()) << column.name;
    EXPECT_EQ(column.description.find('\n'), std::string_view::npos) << column.name;
  }
}

TEST_P(EveryTable, RequiresItsKeyAndWhatItIsPartitionedBy) {
  for (const std::string_view name : table().key) {
    const Column* const column = column_named(table(), name);
    ASSERT_NE(column, nullptr) << name;
    EXPECT_TRUE(column->required) << name;
  }
  const Column* const partition = column_named(table(), table().partition_column);
  ASSERT_NE(partition, nullptr);
  EXPECT_TRUE(partition->required);
  EXPECT_TRUE(partition->type == ColumnType::kTimestamp || partition->type == ColumnType::kDate);
}

TEST_P(EveryTable, IsClusteredByFourOfItsColumnsAtMost) {
  EXPECT_LE(table().cluster.size(), 4U);
  for (const std::string_view name : table().cluster) {
    EXPECT_NE(column_named(table(), name), nullptr) << name;
  }
}

TEST_P(EveryTable, BeginsWithTheOrganisation) { EXPECT_EQ(table().columns[0].name, "org"); }

std::vector<const Table*> every_table() {
  std::vector<const Table*> all = {&loads_table()};
  for (const Table& table : tables()) {
    all.push_back(&table);
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Schema, EveryTable, ::testing::ValuesIn(every_table()),
                         [](const auto& tested) { return std::string(tested.param->name); });

TEST(Schema, HasTheSixTablesInOrder) {
  std::vector<std::string_view> names;
  for (const Table& table : tables()) {
    names.push_back(table.name);
  }
  EXPECT_THAT(names, ElementsAre("pull_requests", "commits", "reviews", "review_comments",
                                 "issue_comments", "metrics"));
}

TEST(Schema, CarriesWhereRowsComeFromInEveryTable) {
  for (const Table& table : tables()) {
    const auto columns = table.columns;
    EXPECT_EQ(columns[0].name, "org") << table.name;
    EXPECT_EQ(columns[1].name, "repo") << table.name;
    EXPECT_EQ(columns[columns.size() - 2].name, "collected_at") << table.name;
    EXPECT_EQ(columns[columns.size() - 1].name, "collection_id") << table.name;
    EXPECT_EQ(table.key[0], "org") << table.name;
    EXPECT_EQ(table.key[1], "repo") << table.name;
  }
}

TEST(Schema, NamesEveryColumnOfAViewOnceAndDescribesIt) {
  for (const View& view : views()) {
    std::set<std::string_view> names;
    for (const Column& column : view.columns) {
      EXPECT_TRUE(names.insert(column.name).second) << column.name;
      EXPECT_FALSE(column.description.empty()) << column.name;
      EXPECT_EQ(column.description.find('\n'), std::string_view::npos) << column.name;
    }
  }
}

TEST(Schema, TellsBookkeepingFromWhatIsCollected) {
  for (const Table& table : metrics_bookkeeping()) {
    EXPECT_TRUE(table.name.starts_with('_')) << table.name;
    EXPECT_TRUE(table.description.starts_with("Bookkeeping: ")) << table.name;
    for (const Column& column : table.columns) {
      EXPECT_FALSE(column.description.empty()) << table.name << '.' << column.name;
    }
  }
}

TEST(Schema, GivesEveryStreamTheTableOfItsName) {
  for (const Stream stream : kStreams) {
    EXPECT_EQ(table_of(stream).name, to_string(stream));
    EXPECT_EQ(stream_named(to_string(stream)), stream);
    const Column* const column = column_named(table_of(stream), pull_request_column(stream));
    ASSERT_NE(column, nullptr);
    EXPECT_EQ(column->type, ColumnType::kInteger);
    EXPECT_TRUE(column->required);
  }
}

TEST(Schema, KnowsNoStreamOfAnotherName) {
  EXPECT_EQ(stream_named("metrics"), std::nullopt);
  EXPECT_EQ(stream_named("Commits"), std::nullopt);
  EXPECT_EQ(stream_named(""), std::nullopt);
}

TEST(Schema, LetsGitHubLeaveOutWhatItMayLeaveOut) {
  for (const Stream stream : kStreams) {
    for (const std::string_view name : {"author", "author_type", "body", "database_id", "reviewer",
                                        "merged_at", "closed_at", "line", "review_decision"}) {
      const Column* const column = column_named(table_of(stream), name);
      EXPECT_TRUE(column == nullptr || !column->required) << to_string(stream) << '.' << name;
    }
  }
}

}  // namespace
}  // namespace github_stats
