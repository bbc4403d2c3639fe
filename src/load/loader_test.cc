#include "load/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "load/loader_fixture.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

enum class Kind { kReadsTheStore, kReadsCopies };

class LoaderTest : public LoaderFixture, public testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    LoaderFixture::SetUp();
    if (GetParam() == Kind::kReadsCopies) {
      use_duckdb();
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Both, LoaderTest,
                         testing::Values(Kind::kReadsTheStore, Kind::kReadsCopies),
                         [](const auto& kind) {
                           return kind.param == Kind::kReadsCopies ? "Copies" : "Store";
                         });

TEST_P(LoaderTest, LoadsEachChunkOnce) {
  const std::string a = put_chunk("web", kFirst, 0);
  const std::string b = put_chunk("_s", kFirst, 0, Stream::kReviews);
  EXPECT_EQ(load({.org = "acme"}).chunks, 2);
  EXPECT_THAT(loaded(), UnorderedElementsAre(a, b));
  EXPECT_EQ(load({.org = "acme"}).chunks, 0);
  EXPECT_EQ(load({.org = "acme", .reload = true}).chunks, 2);
}

TEST_P(LoaderTest, AStopEndsItBetweenBatchesAndTheNextTakesTheRest) {
  options_.batch_bytes = 1;  // each repository is a batch
  const std::string a = put_chunk("api", kFirst, 0);
  const std::string b = put_chunk("web", kFirst, 0);
  std::stop_source stop;
  const LoadRequest request{.org = "acme", .stop = stop.get_token()};
  const auto stopped =
      Loader(store_, *warehouse_, clock_, options_).load(request, [&](const LoadProgress&) {
        stop.request_stop();
      });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
  EXPECT_THAT(loaded(), ElementsAre(a));
  EXPECT_EQ(load({.org = "acme"}).chunks, 1);
  EXPECT_THAT(loaded(), UnorderedElementsAre(a, b));
}

TEST_P(LoaderTest, FollowsRepositoryAndDate) {
  const std::string web = put_chunk("web", kFirst, 0);
  const std::string later = put_chunk("web", kSecond, 0);
  put_chunk("api", kFirst, 0);
  load({.org = "acme", .filter = {.repositories = {"w*"}, .date = "2026-01-01"}});
  EXPECT_THAT(loaded(), ElementsAre(web));
  load({.org = "acme", .filter = {.repositories = {"WEB"}}});
  EXPECT_THAT(loaded(), UnorderedElementsAre(web, later));
}

TEST_P(LoaderTest, LeavesChunksAloneThatNoCheckpointExplains) {
  put_checkpoint(kFirst, "web", 1);
  const std::string explained = put_chunk("web", kFirst, 0);
  const std::string being_written = put_chunk("web", kFirst, 1);
  put_chunk("api", kFirst, 0);  // the checkpoint does not know this repository
  const LoadReport report = load({.org = "acme"});
  EXPECT_THAT(loaded(), ElementsAre(explained));
  EXPECT_EQ(report.unexplained, 2);

  put_checkpoint(kFirst, "web", 2);
  load({.org = "acme"});
  EXPECT_THAT(loaded(), UnorderedElementsAre(explained, being_written));
}

TEST_P(LoaderTest, ABadChunkKeepsBackItsRepositorysCollectionOnly) {
  const std::string bad = put_chunk("web", kFirst, 0);
  put_chunk("web", kFirst, 0, Stream::kCommits);
  const std::string later = put_chunk("web", kSecond, 0);
  const std::string api = put_chunk("api", kFirst, 0);
  const std::string good = minimal_row(Stream::kPullRequests);
  put_bytes(bad, kBadChunk);
  const LoadReport report = load({.org = "acme"});
  EXPECT_THAT(loaded(), UnorderedElementsAre(later, api));
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_EQ(report.failed[0].repo, "web");
  EXPECT_EQ(report.failed[0].collection_id, kFirst);
  EXPECT_THAT(report.failed[0].error.message, testing::HasSubstr(bad));

  put_bytes(bad, good);
  EXPECT_EQ(load({.org = "acme"}).chunks, 2) << "once it is mended, both";
}

TEST_P(LoaderTest, ACheckpointThatCannotBeReadIsNamedAndKeepsNothingElseBack) {
  put_chunk("web", kFirst, 0);
  put_chunk("web", kFirst, 1);
  const std::string later = put_chunk("web", kSecond, 0);
  ASSERT_TRUE(store_.put(checkpoint_key("acme", kFirst), "{", Precondition::none()));
  const LoadReport report = load({.org = "acme"});
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_THAT(report.failed[0].error.message, testing::HasSubstr(checkpoint_key("acme", kFirst)));
  EXPECT_THAT(loaded(), ElementsAre(later));
}

TEST_P(LoaderTest, AStoreThatFailsIsNotTheCheckpointsFault) {
  put_chunk("web", kFirst, 0);
  store_.fail_next(StoreCall::kGet, {{ErrorCode::kUnavailable, "no network", ""}});
  const auto report = try_load({.org = "acme"});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
}

TEST_P(LoaderTest, LeavesOutWhatIsExcluded) {
  put_chunk("web", kFirst, 0);
  const std::string api = put_chunk("api", kFirst, 0);
  load({.org = "acme", .filter = {.excluded = {"W*"}}});
  EXPECT_THAT(loaded(), ElementsAre(api));
}

TEST_P(LoaderTest, AnEmptyStoreIsNoFailure) {
  const LoadReport report = load({.org = "nobody"});
  EXPECT_EQ(report.chunks, 0);
  EXPECT_THAT(loaded(), IsEmpty());
}

}  // namespace
}  // namespace github_stats
