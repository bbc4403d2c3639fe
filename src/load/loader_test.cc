#include "load/loader.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "collect/checkpoint.h"
#include "store/keys.h"
#include "testing/fake_clock.h"
#include "testing/memory_store.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view kFirst = "20260101T000000Z";
constexpr std::string_view kSecond = "20260102T000000Z";

// Remembers what it was given; refuses batches with a chunk that is named as bad.
class RecordingWarehouse : public Warehouse {
 public:
  std::string name() const override { return "recording:"; }
  Status init() override { return {}; }
  Result<LoadedChunks> loaded_chunks(std::string_view org) override {
    LoadedChunks chunks;
    for (const std::string& text : loaded) {
      const auto key = parse_chunk_key(text);
      if (key && key->org == org) {
        chunks.add(key->repo, key->collection_id, key->stream, key->number, key->number);
      }
    }
    return chunks;
  }
  Result<StreamCounts> load(const LoadBatch& batch) override {
    for (const ChunkToLoad& chunk : batch.chunks) {
      if (bad.contains(chunk.key)) {
        return fail(ErrorCode::kDataLoss, chunk.key + " is malformed");
      }
    }
    StreamCounts counts;
    for (const ChunkToLoad& chunk : batch.chunks) {
      loaded.insert(chunk.key);
      ++counts[chunk.stream];
    }
    batches.push_back(batch);
    return counts;
  }
  Result<StreamCounts> counts(std::string_view) override { return StreamCounts{}; }
  Result<QueryResult> query(std::string_view) override { return QueryResult{}; }

  std::set<std::string> loaded;
  std::set<std::string> bad;
  std::vector<LoadBatch> batches;
};

class LoaderTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.init()); }

  std::string put_chunk(std::string repo, std::string_view collection, int64_t number,
                        Stream stream = Stream::kPullRequests) {
    const std::string date = collection == kFirst ? "2026-01-01" : "2026-01-02";
    const std::string key =
        ChunkKey{"acme", std::move(repo), stream, date, std::string(collection), number}
            .to_string();
    EXPECT_TRUE(store_.put(key, "{}\n", Precondition::none()));
    return key;
  }

  // A checkpoint that explains `chunks` chunks of each stream of `repo`.
  void put_checkpoint(std::string_view collection, const std::string& repo, int64_t chunks) {
    Checkpoint checkpoint;
    checkpoint.collection_id = collection;
    checkpoint.org = "acme";
    RepositoryProgress& progress = checkpoint.repositories.emplace_back();
    progress.name = repo;
    progress.chunks.fill(chunks);
    checkpoint.repositories.back().position.stop_before = checkpoint.since;
    EXPECT_TRUE(store_.put(checkpoint_key("acme", collection), encode_checkpoint(checkpoint),
                           Precondition::none()));
  }

  LoadReport load(const LoadRequest& request) {
    auto report = Loader(store_, warehouse_, clock_).load(request, [](const LoadProgress&) {});
    EXPECT_TRUE(report) << report.error().describe();
    return report.value_or(LoadReport{});
  }

  FakeClock clock_;
  MemoryStore store_;
  RecordingWarehouse warehouse_;
};

TEST_F(LoaderTest, LoadsEachChunkOnce) {
  const std::string a = put_chunk("web", kFirst, 0);
  const std::string b = put_chunk("_s", kFirst, 0, Stream::kReviews);
  EXPECT_EQ(load({.org = "acme"}).chunks, 2);
  EXPECT_THAT(warehouse_.loaded, UnorderedElementsAre(a, b));
  EXPECT_EQ(load({.org = "acme"}).chunks, 0);
  EXPECT_EQ(load({.org = "acme", .reload = true}).chunks, 2);
}

TEST_F(LoaderTest, FollowsRepositoryAndDate) {
  const std::string web = put_chunk("web", kFirst, 0);
  const std::string later = put_chunk("web", kSecond, 0);
  put_chunk("api", kFirst, 0);
  load({.org = "acme", .repositories = {"w*"}, .date = "2026-01-01"});
  EXPECT_THAT(warehouse_.loaded, ElementsAre(web));
  load({.org = "acme", .repositories = {"WEB"}});
  EXPECT_THAT(warehouse_.loaded, UnorderedElementsAre(web, later));
}

TEST_F(LoaderTest, LeavesChunksAloneThatNoCheckpointExplains) {
  put_checkpoint(kFirst, "web", 1);
  const std::string explained = put_chunk("web", kFirst, 0);
  const std::string being_written = put_chunk("web", kFirst, 1);
  put_chunk("api", kFirst, 0);  // the checkpoint does not know this repository
  const LoadReport report = load({.org = "acme"});
  EXPECT_THAT(warehouse_.loaded, ElementsAre(explained));
  EXPECT_EQ(report.unexplained, 2);

  put_checkpoint(kFirst, "web", 2);
  load({.org = "acme"});
  EXPECT_THAT(warehouse_.loaded, UnorderedElementsAre(explained, being_written));
}

TEST_F(LoaderTest, ABadChunkKeepsBackItsRepositorysCollectionOnly) {
  const std::string bad = put_chunk("web", kFirst, 0);
  put_chunk("web", kFirst, 0, Stream::kCommits);
  const std::string later = put_chunk("web", kSecond, 0);
  const std::string api = put_chunk("api", kFirst, 0);
  warehouse_.bad = {bad};
  const LoadReport report = load({.org = "acme"});
  EXPECT_THAT(warehouse_.loaded, UnorderedElementsAre(later, api));
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_EQ(report.failed[0].repo, "web");
  EXPECT_EQ(report.failed[0].collection_id, kFirst);
  EXPECT_THAT(report.failed[0].error.message, testing::HasSubstr(bad));

  warehouse_.bad.clear();
  EXPECT_EQ(load({.org = "acme"}).chunks, 2) << "once it is mended, both";
}

TEST_F(LoaderTest, ACheckpointThatCannotBeReadIsNamedAndKeepsNothingElseBack) {
  put_chunk("web", kFirst, 0);
  put_chunk("web", kFirst, 1);
  const std::string later = put_chunk("web", kSecond, 0);
  ASSERT_TRUE(store_.put(checkpoint_key("acme", kFirst), "{", Precondition::none()));
  const LoadReport report = load({.org = "acme"});
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_THAT(report.failed[0].error.message, testing::HasSubstr(checkpoint_key("acme", kFirst)));
  EXPECT_THAT(warehouse_.loaded, ElementsAre(later));
}

TEST_F(LoaderTest, AStoreThatFailsIsNotTheCheckpointsFault) {
  put_chunk("web", kFirst, 0);
  store_.fail_next(StoreCall::kGet, {{ErrorCode::kUnavailable, "no network", ""}});
  const auto report =
      Loader(store_, warehouse_, clock_).load({.org = "acme"}, [](const LoadProgress&) {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
}

TEST_F(LoaderTest, LeavesOutWhatIsExcluded) {
  put_chunk("web", kFirst, 0);
  const std::string api = put_chunk("api", kFirst, 0);
  load({.org = "acme", .excluded = {"W*"}});
  EXPECT_THAT(warehouse_.loaded, ElementsAre(api));
}

TEST_F(LoaderTest, AnEmptyStoreIsNoFailure) {
  const LoadReport report = load({.org = "nobody"});
  EXPECT_EQ(report.chunks, 0);
  EXPECT_THAT(warehouse_.batches, IsEmpty());
}

}  // namespace
}  // namespace github_stats
