#include "load/passed_chunks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/loader_fixture.h"

namespace github_stats {
namespace {

using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PassedChunksTest : public LoaderFixture {
 protected:
  // A checkpoint of `repo` with one chunk a stream, and those of pull requests and reviews.
  std::vector<std::string> put_collection(std::string_view id, const std::string& repo,
                                          bool finished) {
    Checkpoint checkpoint;
    checkpoint.collection_id = id;
    checkpoint.org = "acme";
    checkpoint.finished = finished;
    RepositoryProgress& progress = checkpoint.repositories.emplace_back();
    progress.name = repo;
    progress.chunks.fill(1);
    progress.state = finished ? RepositoryState::kDone : RepositoryState::kFailed;
    put_bytes(checkpoint_key("acme", id), encode_checkpoint(checkpoint));
    return {put_chunk(repo, id, 0), put_chunk(repo, id, 0, Stream::kReviews)};
  }

  Status remove(const LoadReport& report = {}) {
    Removal removal(store_, 1, [](int64_t) {}, {});
    return remove_passed_chunks(store_, *warehouse_, "acme", report, removal);
  }

  std::set<std::string> left() const {
    std::set<std::string> keys;
    for (const auto& [key, bytes] : store_.objects()) {
      if (parse_chunk_key(key)) {
        keys.insert(key);
      }
    }
    return keys;
  }
};

TEST_F(PassedChunksTest, TakesWhatIsLoadedAndLeavesTheCheckpoint) {
  put_collection(kFirst, "web", true);
  put_bytes(watermarks_key("acme"), "{}");
  ASSERT_TRUE(remove(load({.org = "acme"})));
  EXPECT_THAT(left(), IsEmpty());
  EXPECT_TRUE(store_.get(checkpoint_key("acme", kFirst)));
  EXPECT_TRUE(store_.get(watermarks_key("acme")));
  EXPECT_EQ(load({.org = "acme"}).chunks, 0);
}

TEST_F(PassedChunksTest, LeavesWhatIsNotLoaded) {
  const auto web = put_collection(kFirst, "web", true);
  put_collection(kSecond, "api", true);
  const LoadReport report = load({.org = "acme", .filter = {.repositories = {"api"}}});
  ASSERT_TRUE(remove(report));
  EXPECT_THAT(left(), UnorderedElementsAre(web[0], web[1]));
}

TEST_F(PassedChunksTest, LeavesAnIncompleteCollectionUntilItIsComplete) {
  const auto web = put_collection(kFirst, "web", false);
  const LoadReport report = load({.org = "acme"});
  ASSERT_TRUE(remove(report));
  EXPECT_THAT(left(), UnorderedElementsAre(web[0], web[1]));
  put_collection(kFirst, "web", true);
  ASSERT_TRUE(remove(load({.org = "acme"})));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(PassedChunksTest, LeavesACollectionWhollyOfWhichSomethingCouldNotBeLoaded) {
  const auto web = put_collection(kFirst, "web", true);
  put_collection(kSecond, "web", true);
  load({.org = "acme"});
  LoadReport report;
  report.failed.push_back({"web", std::string(kFirst), {}});
  ASSERT_TRUE(remove(report));
  EXPECT_THAT(left(), UnorderedElementsAre(web[0], web[1]));
}

TEST_F(PassedChunksTest, LeavesCollectionsWithoutAReadableCheckpoint) {
  const std::string foreign = put_chunk("web", kFirst, 0);
  const std::string broken = put_chunk("web", kSecond, 0);
  const LoadReport report = load({.org = "acme"});
  put_bytes(checkpoint_key("acme", kSecond), "{");
  ASSERT_TRUE(remove(report));
  EXPECT_THAT(left(), UnorderedElementsAre(foreign, broken));
}

TEST_F(PassedChunksTest, FailsWhenTheStoreDoesAndIsMadeUpForLater) {
  const auto web = put_collection(kFirst, "web", true);
  const LoadReport report = load({.org = "acme"});
  store_.fail_next(StoreCall::kGet, {{ErrorCode::kUnavailable, "gone for now", {}}});
  EXPECT_EQ(remove(report).error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(left(), UnorderedElementsAre(web[0], web[1]));
  store_.fail_next(StoreCall::kRemove, {{ErrorCode::kUnavailable, "gone for now", {}}, true});
  EXPECT_FALSE(remove(report));
  EXPECT_THAT(left(), UnorderedElementsAre(web[1])) << "pull requests go first";
  ASSERT_TRUE(remove(report));
  EXPECT_THAT(left(), IsEmpty());
}

}  // namespace
}  // namespace github_stats
