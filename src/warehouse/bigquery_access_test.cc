#include "warehouse/bigquery_access.h"

#include <gmock/gmock.h>

#include "warehouse/bigquery_fixture.h"

namespace github_stats::bigquery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kWanted[] = {"bigquery.tables.get", "bigquery.jobs.create"};

class BigQueryAccess : public BigQueryFixture {
 protected:
  static HttpResponse granted(const std::string& names) {
    return answer(200, R"({"permissions":[)" + names + "]}");
  }
};

TEST_F(BigQueryAccess, TheResourceManagerIsAskedForTheProjectsPermissions) {
  const auto some =
      granted_on_project(client({granted(R"("bigquery.jobs.create")")}, {"p-1", "d"}), kWanted);
  ASSERT_TRUE(some) << some.error().describe();
  EXPECT_THAT(*some, ElementsAre("bigquery.jobs.create"));
  const HttpRequest request = http_->requests().at(0);
  EXPECT_EQ(request.url,
            "https://cloudresourcemanager.googleapis.com/v1/projects/p-1:testIamPermissions");
  EXPECT_EQ(request.body, R"({"permissions":["bigquery.tables.get","bigquery.jobs.create"]})");
}

TEST_F(BigQueryAccess, ATableIsAskedForItsOwn) {
  EXPECT_THAT(*granted_on_table(client({granted(R"("bigquery.tables.get")")}), "reviews", kWanted),
              ElementsAre("bigquery.tables.get"));
  EXPECT_THAT(asked(),
              ElementsAre("POST /projects/p/datasets/d/tables/reviews:testIamPermissions"));
}

TEST_F(BigQueryAccess, NothingIsGrantedWhereNothingIsNamed) {
  EXPECT_THAT(*granted_on_table(client({answer(200, "{}")}), "reviews", kWanted), IsEmpty());
  EXPECT_FALSE(granted_on_table(client({answer(200, "<html>")}), "reviews", kWanted));
  const auto refused =
      granted_on_project(client({refusal(403, "accessNotConfigured", "API not enabled")}), kWanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("API not enabled"));
}

TEST_F(BigQueryAccess, ADatasetIsSomewhereOrNotThere) {
  EXPECT_EQ(*dataset_location(client({answer(200, R"({"location":"EU"})")})), "EU");
  EXPECT_EQ(*dataset_location(client({answer(404)})), std::nullopt);
  EXPECT_FALSE(dataset_location(client({refusal(403, "accessDenied", "no")})));
}

}  // namespace
}  // namespace github_stats::bigquery
