#include "collect/repository_walk.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "testing/fake_clock.h"
#include "testing/memory_store.h"
#include "testing/random_seed.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const Time kSince = *parse_time("2026-01-01T00:00:00Z");

PullRequestRef ref(int number, Duration after_since) {
  return {fmt::format("PR_{}", number), number, kSince + after_since};
}

RowBatch rows_of(const RepositoryWalk::Batch& batch) {
  RowBatch rows;
  for (const PullRequestRef& pull_request : batch.pull_requests) {
    rows[Stream::kPullRequests].append(fmt::format(R"({{"number":{}}})", pull_request.number));
    rows[Stream::kReviews].append("{}");
    rows.numbers.push_back(pull_request.number);
  }
  return rows;
}

std::vector<int64_t> numbers_of(const std::vector<RepositoryWalk::Batch>& batches) {
  std::vector<int64_t> numbers;
  for (const RepositoryWalk::Batch& batch : batches) {
    for (const PullRequestRef& pull_request : batch.pull_requests) {
      numbers.push_back(pull_request.number);
    }
  }
  return numbers;
}

class RepositoryWalkTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = std::make_unique<MemoryStore>();
    ASSERT_TRUE(store_->init());
    start(pending());
  }

  static RepositoryProgress pending() {
    RepositoryProgress progress{.id = "R_1", .name = "web"};
    progress.position.stop_before = kSince;
    return progress;
  }

  void start(RepositoryProgress progress, size_t rows_per_chunk = 2) {
    walk_ = std::make_unique<RepositoryWalk>(
        std::move(progress), *store_,
        ChunkTarget{"acme", "web", "2026-01-31", "20260131T120000Z", rows_per_chunk}, clock_,
        WalkOptions{.batch_size = 2, .longest_unsafe = 30s});
  }

  int64_t total_ = 0;  // that GitHub counts
  std::vector<RepositoryWalk::Batch> add_page(std::vector<PullRequestRef> refs,
                                              std::optional<std::string> next = {}) {
    auto batches = walk_->add_page({std::move(refs), total_, std::move(next)});
    EXPECT_TRUE(batches);
    return *batches;
  }

  void add_rows(const RepositoryWalk::Batch& batch) {
    const Status status = walk_->add_rows(batch.number, rows_of(batch));
    ASSERT_TRUE(status) << status.error().describe();
  }

  void add_rows(const std::vector<RepositoryWalk::Batch>& batches) {
    for (const RepositoryWalk::Batch& batch : batches) {
      add_rows(batch);
    }
  }

  FakeClock clock_;
  std::unique_ptr<MemoryStore> store_;
  std::unique_ptr<RepositoryWalk> walk_;
};

TEST_F(RepositoryWalkTest, OnePageIsAWholeWalk) {
  const auto batches = add_page({ref(3, 3h), ref(2, 2h), ref(1, 1h)});
  EXPECT_THAT(numbers_of(batches), ElementsAre(3, 2, 1));
  EXPECT_FALSE(walk_->wants_page());
  EXPECT_FALSE(walk_->done());
  add_rows(batches);
  EXPECT_TRUE(walk_->done());
  EXPECT_EQ(walk_->progress().pull_requests(), 3);
  EXPECT_EQ(walk_->progress().chunks[0], 2) << "of two rows and of one";
}

TEST_F(RepositoryWalkTest, EndsAtTheWindow) {
  EXPECT_THAT(numbers_of(add_page({ref(2, 0s), ref(1, -1s)}, "next")), ElementsAre(2));
  EXPECT_FALSE(walk_->wants_page());
}

TEST_F(RepositoryWalkTest, AnEmptyRepositoryIsDoneAtOnce) {
  EXPECT_THAT(add_page({}), IsEmpty());
  EXPECT_TRUE(walk_->done());
}

TEST_F(RepositoryWalkTest, MovesOnlyWhenEverythingBeforeIsSafe) {
  const auto first = add_page({ref(4, 4h), ref(3, 3h)}, "c1");
  const auto second = add_page({ref(2, 2h), ref(1, 1h)}, "c2");
  add_rows(second);
  EXPECT_EQ(walk_->progress().position.cursor, "") << "the first page is not there";
  EXPECT_THAT(store_->objects(), IsEmpty());
  add_rows(first);
  EXPECT_EQ(walk_->progress().position.cursor, "c2");
  EXPECT_EQ(walk_->progress().pull_requests(), 4);
}

TEST_F(RepositoryWalkTest, FlushesWhatIsOldEvenIfItIsLittle) {
  start(pending(), /*rows_per_chunk=*/1000);
  add_rows(add_page({ref(4, 4h)}, "c1"));
  EXPECT_EQ(walk_->progress().position.cursor, "");
  clock_.advance(31s);
  add_rows(add_page({ref(3, 3h)}, "c2"));
  EXPECT_EQ(walk_->progress().position.cursor, "c2");
  EXPECT_EQ(walk_->progress().chunks[0], 1);
}

TEST_F(RepositoryWalkTest, CatchesUpUntilNothingIsNew) {
  add_rows(add_page({ref(4, 4h), ref(3, 3h)}, "c1"));
  add_rows(add_page({ref(2, 2h), ref(1, 1h)}));
  ASSERT_FALSE(walk_->done()) << "pull request 1 may have moved to the front meanwhile";
  EXPECT_EQ(walk_->next_cursor(), "");
  const auto caught = add_page({ref(1, 5h), ref(4, 4h)}, "c3");
  EXPECT_THAT(numbers_of(caught), ElementsAre(1)) << "4 has not changed since";
  add_rows(caught);
  add_rows(add_page({ref(3, 3h)}, "c4"));
  ASSERT_FALSE(walk_->done()) << "that pass had two pages and found something";
  EXPECT_THAT(add_page({ref(1, 5h), ref(4, 4h)}, "c5"), IsEmpty());
  EXPECT_TRUE(walk_->done());
}

TEST_F(RepositoryWalkTest, DoesNotFetchAgainWhatChangedAtTheSameSecond) {
  add_rows(add_page({ref(6, 4h), ref(5, 4h)}, "c1"));
  add_rows(add_page({ref(4, 4h), ref(3, 4h)}, "c2"));
  add_rows(add_page({ref(2, 4h), ref(1, 1h)}));
  EXPECT_THAT(add_page({ref(6, 4h), ref(5, 4h)}, "c1"), IsEmpty());
  EXPECT_THAT(add_page({ref(4, 4h), ref(3, 4h)}, "c2"), IsEmpty());
  EXPECT_THAT(add_page({ref(2, 4h), ref(1, 1h)}), IsEmpty());
  EXPECT_TRUE(walk_->done()) << "a pass that found nothing is the last";
}

TEST_F(RepositoryWalkTest, GoesOnFromItsPosition) {
  add_rows(add_page({ref(4, 4h), ref(3, 3h)}, "c1"));
  RepositoryProgress progress = walk_->progress();
  start(progress);
  EXPECT_EQ(walk_->next_cursor(), "c1");
  add_rows(add_page({ref(2, 2h)}));
  EXPECT_FALSE(walk_->done()) << "the walk had two pages in all";
  EXPECT_EQ(walk_->progress().pull_requests(), 3);
  EXPECT_EQ(walk_->progress().chunks[0], 2) << "numbered on";
}

TEST_F(RepositoryWalkTest, WritesEveryRowOnceInAnyOrderOfArrival) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 100; ++round) {
    SetUp();
    std::vector<RepositoryWalk::Batch> waiting;
    int number = 60;
    while (number > 0 || !waiting.empty()) {
      if (number > 0 && (waiting.empty() || random() % 3 == 0)) {
        std::vector<PullRequestRef> page;
        for (size_t size = 1 + random() % 7; size > 0 && number > 0; --size, --number) {
          page.push_back(ref(number, std::chrono::minutes(number)));
        }
        const auto batches =
            add_page(page, number > 0 ? std::optional(std::to_string(number)) : std::nullopt);
        waiting.insert(waiting.end(), batches.begin(), batches.end());
      }
      if (!waiting.empty()) {
        std::swap(waiting[random() % waiting.size()], waiting.back());
        add_rows(waiting.back());
        waiting.pop_back();
      }
    }
    EXPECT_EQ(walk_->progress().pull_requests(), 60);
    std::string all;
    int64_t chunks = 0;
    for (const auto& [key, bytes] : store_->objects()) {
      if (key.find("/pull_requests/") != std::string::npos) {
        EXPECT_LE(std::ranges::count(bytes, '\n'), 2);
        all += bytes;
        ++chunks;
      }
    }
    EXPECT_EQ(std::ranges::count(all, '\n'), 60);
    EXPECT_EQ(chunks, walk_->progress().chunks[0]);
  }
}

TEST_F(RepositoryWalkTest, TellsWhatGitHubCountsAndDoesNotList) {
  total_ = 5;
  add_rows(add_page({ref(4, 4h), ref(3, 3h)}, "next"));
  add_rows(add_page({ref(2, 2h), ref(1, 1h)}));
  ASSERT_TRUE(walk_->wants_page()) << "what moved to the front meanwhile would be found there";
  add_rows(add_page({ref(4, 4h), ref(3, 3h)}, "next"));
  ASSERT_TRUE(walk_->done());
  EXPECT_EQ(walk_->progress().unlisted, 1);
}

TEST_F(RepositoryWalkTest, CountsNothingWhenTheListChangedWhileItWasRead) {
  total_ = 4;
  add_rows(add_page({ref(4, 4h), ref(3, 3h)}, "next"));
  add_rows(add_page({ref(2, 2h)}));  // number 1 has just moved to the front
  add_rows(add_page({ref(1, 5h), ref(4, 4h), ref(3, 3h)}, "next"));
  while (walk_->wants_page()) {
    add_rows(add_page({ref(1, 5h), ref(4, 4h)}, "next"));
  }
  ASSERT_TRUE(walk_->done());
  EXPECT_EQ(walk_->progress().unlisted, 0);
}

TEST_F(RepositoryWalkTest, CountsNothingWhenTheWindowEndsBeforeTheList) {
  total_ = 500;
  add_rows(add_page({ref(4, 4h), ref(3, -1h)}, "next"));
  ASSERT_TRUE(walk_->done());
  EXPECT_EQ(walk_->progress().unlisted, 0);
}

}  // namespace
}  // namespace github_stats
