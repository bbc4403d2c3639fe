#include "warehouse/bigquery_tables.h"

#include <gmock/gmock.h>

#include "warehouse/bigquery_fixture.h"

namespace github_stats::bigquery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BigQueryTables : public BigQueryFixture {};

TEST_F(BigQueryTables, TheDatasetIsCreatedWhereItIsToBe) {
  ASSERT_TRUE(init_dataset(client({answer(404), answer(200)}, {"p", "d", "europe-west3"})));
  EXPECT_THAT(asked(), ElementsAre("GET /projects/p/datasets/d", "POST /projects/p/datasets"));
  EXPECT_THAT(http_->requests()[1].body, HasSubstr(R"("location":"europe-west3")"));
}

TEST_F(BigQueryTables, ADatasetElsewhereIsNamedAndWhatToSet) {
  const Status status =
      init_dataset(client({answer(200, R"({"location":"EU"})")}, {"p", "d", "US"}));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kPreconditionFailed);
  EXPECT_THAT(status.error().describe(),
              AllOf(HasSubstr("p.d is in EU, not in US"), HasSubstr("BIGQUERY_LOCATION=EU")));
  EXPECT_TRUE(init_dataset(client({answer(200, R"({"location":"eu"})")}, {"p", "d", "EU"})));
}

TEST_F(BigQueryTables, ATableThatSomebodyElseCreatesMeanwhileIsLookedAt) {
  const Table& table = table_of(Stream::kReviews);
  ASSERT_TRUE(init_table(
      client({answer(404), answer(409),
              answer(200, R"({"type":"TABLE","schema":)" + schema_json(table.columns) + "}")}),
      table));
  EXPECT_EQ(asked().size(), 3U);
}

TEST_F(BigQueryTables, ATableIsPartitionedAndClusteredAndDescribed) {
  const Table& table = table_of(Stream::kReviews);
  ASSERT_TRUE(init_table(client({answer(404), answer(200)}), table));
  const std::string body = http_->requests()[1].body;
  EXPECT_THAT(body, HasSubstr(R"("timePartitioning":{"type":"DAY","field":"submitted_at"})"));
  EXPECT_THAT(body, HasSubstr(R"("clustering":{"fields":["org","repo","reviewer"]})"));
  EXPECT_THAT(body,
              HasSubstr(R"({"name":"repo","type":"STRING","mode":"REQUIRED","description":)"));
  EXPECT_THAT(body, HasSubstr(R"("labels":{"app":"github-stats"})"));
}

TEST_F(BigQueryTables, WhatIsMissingIsNamedAndNotMade) {
  const Table& table = table_of(Stream::kReviews);
  const auto missing = [&](HttpResponse known) {
    const auto parts = missing_parts(client({std::move(known)}), table);
    EXPECT_EQ(asked(), std::vector<std::string>{"GET /projects/p/datasets/d/tables/reviews"});
    return parts;
  };
  EXPECT_THAT(*missing(answer(404)), ElementsAre("table reviews"));
  const auto with = [&](std::span<const Column> columns) {
    return answer(200, R"({"type":"TABLE","schema":)" + schema_json(columns) + "}");
  };
  EXPECT_THAT(*missing(with(table.columns)), ElementsAre());
  EXPECT_THAT(*missing(with(table.columns.first(table.columns.size() - 1))),
              ElementsAre("column reviews." + std::string(table.columns.back().name)));
  const auto unusable = missing(answer(200, R"({"type":"VIEW"})"));
  ASSERT_FALSE(unusable);
  EXPECT_EQ(unusable.error().code, ErrorCode::kPreconditionFailed);
}

TEST_F(BigQueryTables, WhoMayNotCreateThemIsToldWhatItTakes) {
  const Status status =
      init_table(client({answer(404), refusal(403, "accessDenied", "Access Denied: Dataset p:d")}),
                 table_of(Stream::kReviews));
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().remedy,
              AllOf(HasSubstr("bigquery.tables.create"), HasSubstr("roles/bigquery.dataEditor")));
}

}  // namespace
}  // namespace github_stats::bigquery
