#include "collect/request_queue.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace github_stats {
namespace {

using Need = RequestQueue::Need;
using testing::IsEmpty;
using testing::SizeIs;

class RequestQueueTest : public testing::Test {
 protected:
  ActivePointer repository(bool wants_page = false) {
    auto active = std::make_shared<ActiveRepository>();
    active->wants_page = wants_page;
    active->next_cursor = "cursor";
    active_.push_back(active);
    return active;
  }

  JobPointer add(const ActivePointer& active, int pull_requests) {
    std::vector<PullRequestRef> refs;
    for (int number = 1; number <= pull_requests; ++number) {
      refs.push_back({fmt::format("PR_{}", number), number, {}});
    }
    auto job = std::make_shared<FetchJob>(
        FetchJob{active, 0, DetailWork({"acme", "web", "id", {}}, std::move(refs), 100)});
    ++active->tasks;
    queue_.add(job);
    return job;
  }

  std::optional<Request> take(Need need) { return queue_.take(need, active_); }

  RequestQueue queue_{40};
  std::vector<ActivePointer> active_;
};

TEST_F(RequestQueueTest, FillsARequestWithThingsOfSeveralRepositories) {
  for (int i = 0; i < 10; ++i) {
    add(repository(), 3);
  }
  const auto request = take(Need::kFull);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->plan.connections(), 147U);
  EXPECT_THAT(request->jobs, SizeIs(7));
  EXPECT_FALSE(take(Need::kFull)) << "what is left does not fill one";
  EXPECT_TRUE(take(Need::kAnything));
}

TEST_F(RequestQueueTest, DoesNotLetListingsWait) {
  add(repository(), 2);
  const ActivePointer web = repository(/*wants_page=*/true);
  const ActivePointer api = repository(/*wants_page=*/true);
  EXPECT_FALSE(take(Need::kFull));
  const auto request = take(Need::kFullOrListing);
  ASSERT_TRUE(request);
  EXPECT_THAT(request->jobs, SizeIs(1)) << "what is there goes along";
  EXPECT_THAT(request->lists, SizeIs(2));
  EXPECT_TRUE(web->busy && api->busy);
  EXPECT_EQ(web->list.after, "cursor");
  EXPECT_FALSE(take(Need::kAnything)) << "one page of a repository at a time";
}

TEST_F(RequestQueueTest, KeepsToWhatARepositoryCanDo) {
  const ActivePointer heavy = repository();
  heavy->size.failed(149);
  add(heavy, 30);
  const auto first = take(Need::kFull);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->plan.connections(), 70U) << "ten pull requests fit into 74";
}

TEST_F(RequestQueueTest, AsksByItselfForWhatIsAskedForDifferently) {
  const JobPointer job = add(repository(), 5);
  job->work.shrink();
  add(repository(), 5);
  const auto request = take(Need::kFull);
  ASSERT_TRUE(request);
  EXPECT_THAT(request->jobs, SizeIs(1));
  EXPECT_TRUE(request->plan.is_single());
}

TEST_F(RequestQueueTest, ListsNoFurtherPageWhileMuchIsOutstanding) {
  const ActivePointer web = repository(/*wants_page=*/true);
  web->outstanding = 40;
  EXPECT_FALSE(take(Need::kAnything));
  const ActivePointer fresh = repository(/*wants_page=*/true);
  const auto request = take(Need::kAnything);
  ASSERT_TRUE(request);
  ASSERT_THAT(request->lists, SizeIs(1)) << "but every repository gets its turn";
  EXPECT_EQ(request->lists[0], fresh);
}

TEST_F(RequestQueueTest, DropsWhatBelongsToRepositoriesThatEnded) {
  const ActivePointer web = repository();
  add(web, 5);
  web->ended = true;
  queue_.drop_ended();
  EXPECT_EQ(web->tasks, 0U);
  EXPECT_FALSE(take(Need::kAnything));
}

}  // namespace
}  // namespace github_stats
