#include "extract/request_plan.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const RowContext kContext{"acme", "web", "20260131T235959Z", *parse_time("2026-01-31T23:59:59Z")};

DetailWork work_of(int first, int count) {
  std::vector<PullRequestRef> refs;
  for (int number = first; number < first + count; ++number) {
    refs.push_back({fmt::format("PR_{}", number), number, {}});
  }
  return {kContext, std::move(refs), 100};
}

Status read(RequestPlan& plan, const std::string& json, std::span<const GraphQlError> errors = {}) {
  const simdjson::padded_string padded(json);
  ondemand::parser parser;
  ondemand::document document = parser.iterate(padded);
  ondemand::object data = document.get_object();
  return plan.read(data, errors);
}

constexpr std::string_view kPage =
    R"({"pullRequests":{"totalCount":1,"pageInfo":{"hasNextPage":true,"endCursor":"next"},
        "nodes":[{"id":"PR_5","number":5,"updatedAt":"2026-01-01T00:00:00Z"}]}})";

TEST(RequestPlan, CostsOnePointUpToThe149thConnection) {
  DetailWork work = work_of(1, 60);
  RequestPlan plan;
  plan.add(work, kConnectionsPerPoint);
  EXPECT_EQ(plan.connections(), 147U) << "21 pull requests with seven connections";
  std::vector<ListWork> lists(3);
  plan.add(lists[0]);
  plan.add(lists[1]);
  EXPECT_EQ(plan.points(), 1);
  plan.add(lists[2]);
  EXPECT_EQ(plan.points(), 2) << "150 are rounded up";
}

TEST(RequestPlan, AsksForThingsOfSeveralRepositoriesAtOnce) {
  DetailWork web = work_of(1, 1);
  DetailWork api = work_of(2, 2);
  ListWork list{"R_1", "cursor", 50};
  ListWork fresh{"R_2", "", 100};
  RequestPlan plan;
  plan.add(web, 100);
  plan.add(api, 100);
  plan.add(list);
  plan.add(fresh);
  EXPECT_EQ(plan.operation(), "PullRequestsDetails");
  EXPECT_FALSE(plan.is_single());
  EXPECT_THAT(plan.variables(), HasSubstr(R"("ids":["PR_1","PR_2","PR_3"])"));
  EXPECT_THAT(plan.variables(), HasSubstr(R"("list0":"R_1","first0":50,"list_after0":"cursor")"));
  EXPECT_THAT(plan.variables(), HasSubstr(R"("list1":"R_2","first1":100,"list_after1":null)"));
}

TEST(RequestPlan, DeclaresOnlyWhatItUses) {
  ListWork list{"R_1", "", 100};
  RequestPlan plan;
  plan.add(list);
  EXPECT_EQ(plan.operation(), "PullRequests");
  EXPECT_TRUE(plan.is_single());
  EXPECT_TRUE(plan.is_divisible()) << "a page can be shorter";
  const std::string document = plan.document();
  EXPECT_THAT(document, HasSubstr("fragment PullRequestPage"));
  EXPECT_THAT(document, Not(HasSubstr("fragment CommitPage"))) << "GitHub refuses unused fragments";
  EXPECT_THAT(document, Not(HasSubstr("$page"))) << "and variables";
  EXPECT_THAT(document, Not(HasSubstr("$sizes")));
}

TEST(RequestPlan, GivesEachListingItsPageAndItsFailure) {
  ListWork web{"R_1", "", 100};
  ListWork hidden{"R_2", "", 100};
  ListWork gone{"R_3", "", 100};
  RequestPlan plan;
  plan.add(web);
  plan.add(hidden);
  plan.add(gone);
  const std::vector<GraphQlError> errors = {{"FORBIDDEN", "SAML", {"list1"}},
                                            {"NOT_FOUND", "no", {"list2"}}};
  const std::string json = fmt::format(R"({{"list0":{},"list1":null,"list2":null}})", kPage);
  ASSERT_TRUE(read(plan, json, errors));
  const std::vector<Status> outcomes = plan.list_outcomes();
  ASSERT_TRUE(outcomes[0]);
  EXPECT_EQ(web.page.next, "next");
  ASSERT_EQ(web.page.pull_requests.size(), 1U);
  EXPECT_EQ(web.page.pull_requests[0].number, 5);
  EXPECT_EQ(outcomes[1].error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(outcomes[1].error().message, HasSubstr("SAML"));
  EXPECT_EQ(outcomes[2].error().code, ErrorCode::kNotFound);
}

TEST(RequestPlan, TellsWhosePullRequestIsHidden) {
  DetailWork web = work_of(1, 1);
  DetailWork api = work_of(2, 2);
  RequestPlan plan;
  plan.add(web, 100);
  plan.add(api, 100);
  const std::vector<GraphQlError> errors = {{"NOT_FOUND", "no", {"nodes", "0"}},
                                            {"NOT_FOUND", "no", {"nodes", "1"}},
                                            {"FORBIDDEN", "SAML", {"nodes", "2"}}};
  EXPECT_FALSE(read(plan, R"({"nodes":[null,null]})", errors)) << "too few";
  EXPECT_FALSE(read(plan, R"({"nodes":[null,null,null,null]})", errors)) << "too many";
  ASSERT_TRUE(read(plan, R"({"nodes":[null,null,null]})", errors));
  const std::vector<Status> outcomes = plan.accept_details();
  EXPECT_TRUE(outcomes[0]);
  EXPECT_FALSE(outcomes[1]);
  EXPECT_TRUE(web.done());
  EXPECT_EQ(web.take_rows().vanished, 1) << "an answer that is read twice counts once";
}

TEST(RequestPlan, LeavesEverythingAsItWasWithoutAnAnswer) {
  DetailWork work = work_of(1, 30);
  {
    RequestPlan plan;
    plan.add(work, 70);
    EXPECT_EQ(plan.connections(), 70U);
    plan.put_back();
    EXPECT_TRUE(plan.empty());
  }
  EXPECT_EQ(work.offer(kConnectionsPerPoint), 147U);
  EXPECT_FALSE(work.begun());
}

}  // namespace
}  // namespace github_stats
