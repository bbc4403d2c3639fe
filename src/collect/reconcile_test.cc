#include "collect/reconcile.h"

#include <gmock/gmock.h>

#include "base/log.h"
#include "store/keys.h"
#include "testing/fake_clock.h"
#include "testing/memory_store.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Reconcile : public testing::Test {
 protected:
  // A repository with two explained chunks of commits, and one that no checkpoint tells of.
  void SetUp() override {
    configure_logging({.sink = [](std::string_view) {}});
    ASSERT_TRUE(store_.init());
    Checkpoint checkpoint;
    checkpoint.org = "acme";
    checkpoint.started_at = clock_.now();
    RepositoryProgress& web = checkpoint.repositories.emplace_back();
    web.name = "web";
    web.chunks[static_cast<size_t>(Stream::kCommits)] = 2;
    ASSERT_TRUE(keeper_.create(checkpoint));
    for (int n = 0; n < 3; ++n) {
      put(key(Stream::kCommits, n));
    }
  }
  void TearDown() override { configure_logging({}); }

  std::string key(Stream stream, int64_t number) {
    return ChunkKey{
        "acme", "web", stream, format_date(clock_.now()), format_compact_time(clock_.now()), number}
        .to_string();
  }

  void put(const std::string& key, const std::string& bytes = "row\n") {
    ASSERT_TRUE(store_.put(key, bytes, Precondition::none()));
  }

  Status reconcile() {
    progress_ = keeper_.stored().repositories.front();
    return reconcile_chunks(store_, keeper_, keeper_.stored(), progress_);
  }

  // Another process takes up the collection.
  void take_up() {
    CheckpointKeeper other(store_, clock_);
    ASSERT_TRUE(other.open("acme", keeper_.stored().collection_id));
  }

  // The n-th call of that kind from here on is preceded by `then`.
  void before(StoreCall call, int n, const std::function<void()>& then) {
    store_.intercept([=, this, left = std::make_shared<int>(n)](
                         StoreCall called, std::string_view) -> std::optional<StoreFault> {
      if (called == call && --*left == 0) {
        store_.intercept({});
        then();
      }
      return std::nullopt;
    });
  }

  static void expect_another(const Status& status, std::string_view what) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kPreconditionFailed);
    EXPECT_THAT(status.error().message, HasSubstr("another process"));
    EXPECT_THAT(status.error().message, HasSubstr(std::string(what)));
  }

  FakeClock clock_;
  MemoryStore store_;
  CheckpointKeeper keeper_{store_, clock_};
  RepositoryProgress progress_;
};

TEST_F(Reconcile, RemovesWhatTheCheckpointDoesNotTellOfAndNothingElse) {
  put(key(Stream::kReviews, 0));
  const std::string others[] = {
      "acme/web/commits/2026-01-30/20260130T120000Z_chunk_7.json",  // another collection
      "acme/site/commits/2026-01-31/20260131T120000Z_chunk_7.json",
      "acme/web/commits/2026-01-31/20260131T120000Z_chunk_x.json"};  // a stranger's
  for (const std::string& other : others) {
    put(other);
  }
  auto expected = store_.objects();
  expected.erase(key(Stream::kCommits, 2));
  expected.erase(key(Stream::kReviews, 0));
  ASSERT_TRUE(reconcile());
  EXPECT_EQ(store_.objects(), expected);
  EXPECT_EQ(progress_, keeper_.stored().repositories.front());
}

TEST_F(Reconcile, ListsOnlyTheCollectionsOwnChunks) {
  std::vector<std::string> listed;
  store_.intercept([&](StoreCall call, std::string_view prefix) -> std::optional<StoreFault> {
    if (call == StoreCall::kList) {
      listed.emplace_back(prefix);
    }
    return std::nullopt;
  });
  ASSERT_TRUE(reconcile());
  EXPECT_EQ(listed.size(), kStreams.size());
  EXPECT_THAT(listed, testing::Each(HasSubstr("/2026-01-31/20260131T120000Z_chunk_")));
  listed.clear();
  EXPECT_EQ(has_all_chunks(store_, keeper_.stored(), progress_), true);
  EXPECT_THAT(listed, testing::Each(HasSubstr("/2026-01-31/20260131T120000Z_chunk_")));
}

TEST_F(Reconcile, BeginsAnewWhenChunksAreGone) {
  ASSERT_TRUE(store_.remove(key(Stream::kCommits, 1)));
  EXPECT_EQ(has_all_chunks(store_, keeper_.stored(), keeper_.stored().repositories.front()), false);
  ASSERT_TRUE(reconcile());
  EXPECT_EQ(progress_.state, RepositoryState::kPending);
  EXPECT_EQ(progress_.first_chunk, progress_.chunks) << "numbers are not used again";
  EXPECT_EQ(progress_.chunks[static_cast<size_t>(Stream::kCommits)], 2);
  EXPECT_THAT(store_.objects(),
              ElementsAre(testing::Key(checkpoint_key("acme", "20260131T120000Z"))));
}

TEST_F(Reconcile, RemovesNothingOfACollectionThatAnotherHasTakenUp) {
  auto expected = store_.objects();
  take_up();
  expected = store_.objects();
  expect_another(reconcile(), "taken up");
  EXPECT_EQ(store_.objects(), expected);
}

// It was asleep after it had looked: the other has cleared up, and written, explained and loaded a
// chunk of that number since.
TEST_F(Reconcile, RemovesNothingThatAnotherWritesAfterItWasLookedAt) {
  const std::string leftover = key(Stream::kCommits, 2);
  for (const int checkpoint_is_read : {1, 2}) {  // before it is looked at, and before verifying
    SCOPED_TRACE(checkpoint_is_read);
    put(leftover);
    before(StoreCall::kGet, checkpoint_is_read, [&] {
      take_up();
      ASSERT_TRUE(store_.remove(leftover));
      put(leftover, "the other's row\n");
    });
    expect_another(reconcile(), "taken up");
    EXPECT_EQ(store_.objects().at(leftover), "the other's row\n");
    ASSERT_TRUE(store_.remove(leftover));
    ASSERT_TRUE(keeper_.open("acme", keeper_.stored().collection_id));
  }
}

TEST_F(Reconcile, RemovesNothingThatAnotherWritesAfterItWasVerified) {
  const std::string leftover = key(Stream::kCommits, 2);
  before(StoreCall::kRemove, 1, [&] {
    take_up();
    ASSERT_TRUE(store_.remove(leftover));
    put(leftover, "the other's row\n");
  });
  expect_another(reconcile(), leftover);
  EXPECT_EQ(store_.objects().at(leftover), "the other's row\n");
}

TEST_F(Reconcile, WhatAnotherHasRemovedAlreadyIsNoTrouble) {
  before(StoreCall::kGet, 1, [&] { ASSERT_TRUE(store_.remove(key(Stream::kCommits, 2))); });
  EXPECT_TRUE(reconcile());
}

TEST_F(Reconcile, TroubleOfTheStoreIsToldAsThat) {
  for (const StoreCall call : {StoreCall::kList, StoreCall::kGet, StoreCall::kRemove}) {
    store_.fail_next(call, {{ErrorCode::kUnavailable, "out of order", ""}});
    const Status status = reconcile();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  }
  EXPECT_TRUE(reconcile());
}

TEST_F(Reconcile, AKeeperKnowsWhetherTheCollectionIsItsOwn) {
  EXPECT_TRUE(keeper_.verify());
  RepositoryProgress changed = keeper_.stored().repositories.front();
  changed.vanished = 1;
  keeper_.update(0, changed);
  ASSERT_TRUE(keeper_.write());
  EXPECT_TRUE(keeper_.verify());
  store_.fail_next(StoreCall::kGet, {{ErrorCode::kUnavailable, "out of order", ""}});
  EXPECT_EQ(keeper_.verify().error().code, ErrorCode::kUnavailable);
  take_up();
  expect_another(keeper_.verify(), "20260131T120000Z");
  ASSERT_TRUE(store_.remove(checkpoint_key("acme", "20260131T120000Z")));
  expect_another(keeper_.verify(), "20260131T120000Z");
}

}  // namespace
}  // namespace github_stats
