#include "collect/estimate.h"

#include <gtest/gtest.h>

#include "collect/collector_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;

const Time kUntil = kBase + 1000h;

PullRequestPage page_of(int count, Duration apart, bool has_next) {
  PullRequestPage page;
  for (int i = 1; i <= count; ++i) {
    page.pull_requests.push_back({"PR", i, kUntil - i * apart});
  }
  page.next = has_next ? std::optional<std::string>("next") : std::nullopt;
  return page;
}

ListedRepository listed(int64_t pull_requests, Duration window) {
  return {{.name = "web", .pull_requests = pull_requests}, kUntil - window};
}

TEST(EstimateRepository, CountsWhatItSees) {
  const auto whole = estimate_repository(listed(10, 100h), kUntil, page_of(10, 1h, false));
  EXPECT_EQ(whole.pull_requests, 10);
  EXPECT_TRUE(whole.exact);
  const auto border = estimate_repository(listed(5000, 30h), kUntil, page_of(100, 1h, true));
  EXPECT_EQ(border.pull_requests, 30);
  EXPECT_TRUE(border.exact);
}

TEST(EstimateRepository, ReckonsWhatItDoesNot) {
  const auto dense = estimate_repository(listed(5000, 200h), kUntil, page_of(100, 1h, true));
  EXPECT_EQ(dense.pull_requests, 200);
  EXPECT_FALSE(dense.exact);
  const auto few = estimate_repository(listed(120, 10'000h), kUntil, page_of(100, 1h, true));
  EXPECT_EQ(few.pull_requests, 120) << "no more than there are";
  const auto gone = estimate_repository(listed(50, 1h), kUntil, {});
  EXPECT_EQ(gone.pull_requests, 0);
}

TEST_F(CollectorTest, AnEstimateCostsLittleAndWritesNothing) {
  add_repository("web", 450);
  add_repository("api", 7);
  add_repository("empty", 0);
  const auto estimate = this->estimate();
  ASSERT_TRUE(estimate) << estimate.error().describe();
  ASSERT_EQ(estimate->repositories.size(), 2U);
  EXPECT_EQ(estimate->repositories[0].name, "web");
  EXPECT_GE(estimate->repositories[0].pull_requests, 100);
  EXPECT_EQ(estimate->repositories[1].pull_requests, 7);
  EXPECT_GT(estimate->points, 0);
  EXPECT_EQ(github_.calls("PullRequests"), 1);
  EXPECT_EQ(github_.calls("Details"), 0);
  EXPECT_TRUE(store_.objects().empty());
}

}  // namespace
}  // namespace github_stats
