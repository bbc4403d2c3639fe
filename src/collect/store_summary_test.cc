#include "collect/store_summary.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>
#include <map>

#include "base/gzip.h"
#include "collect/checkpoint.h"
#include "store/keys.h"
#include "testing/memory_store.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kFirst = "20260101T000000Z";
constexpr std::string_view kSecond = "20260102T120000Z";

ChunkKey chunk(std::string repo, std::string_view collection, int64_t number,
               Stream stream = Stream::kCommits) {
  return {"acme",
          std::move(repo),
          stream,
          format_date(*parse_compact_time(collection)),
          std::string(collection),
          number};
}

class StoreSummaryTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.init()); }

  void put(const ChunkKey& key, std::string_view bytes) { put(key.to_string(), bytes); }
  void put(const std::string& key, std::string_view bytes) {
    ASSERT_TRUE(store_.put(key, bytes, Precondition::none()));
  }

  // A checkpoint that tells of `chunks` chunks of commits with `rows` rows.
  void put_checkpoint(std::string_view collection, const std::string& repo, int64_t chunks,
                      int64_t rows) {
    Checkpoint checkpoint;
    checkpoint.collection_id = collection;
    checkpoint.org = "acme";
    RepositoryProgress& progress = checkpoint.repositories.emplace_back();
    progress.name = repo;
    progress.chunks[static_cast<size_t>(Stream::kCommits)] = chunks;
    progress.rows[static_cast<size_t>(Stream::kCommits)] = rows;
    put(checkpoint_key("acme", collection), encode_checkpoint(checkpoint));
  }

  std::map<std::string, RepositorySummary> summarise(ChunkFilter filter = {},
                                                     bool read_chunks = true) {
    std::map<std::string, RepositorySummary> summaries;
    const Status status = summarise_repositories(
        store_, {"acme", std::move(filter), read_chunks, /*workers=*/3},
        [&](const RepositorySummary& summary) { summaries[summary.name] = summary; },
        [](const SummaryProgress&) {});
    EXPECT_TRUE(status) << status.error().describe();
    return summaries;
  }

  MemoryStore store_;
};

TEST_F(StoreSummaryTest, CountsChunksRowsAndBytes) {
  put(chunk("web", kFirst, 0), "1\n2\n");
  put(chunk("web", kFirst, 1), "3\n");
  put(chunk("web", kSecond, 0), "4\n");
  put(chunk("web", kSecond, 0, Stream::kReviews), "5\n6\n");
  put(chunk("api", kSecond, 0), "7\n");
  put("acme/web/notes.txt", "a stranger");
  const auto found = summarise();
  ASSERT_EQ(found.size(), 2U);
  const RepositorySummary& web = found.at("web");
  const StreamSummary& commits = web.streams[static_cast<size_t>(Stream::kCommits)];
  EXPECT_EQ(commits.chunks, 3);
  EXPECT_EQ(commits.rows, 4);
  EXPECT_EQ(commits.bytes, 8);
  EXPECT_EQ(commits.first_date, "2026-01-01");
  EXPECT_EQ(commits.last_date, "2026-01-02");
  EXPECT_EQ(web.total().chunks, 4);
  EXPECT_EQ(web.total().rows, 6);
  EXPECT_EQ(web.total().first_date, "2026-01-01");
  EXPECT_EQ(web.collections, 2);
  EXPECT_EQ(web.first_collection, kFirst);
  EXPECT_EQ(web.last_collection, kSecond);
  EXPECT_EQ(web.strangers, 1);
  EXPECT_EQ(web.stranger_bytes, 10);
}

TEST_F(StoreSummaryTest, TellsCheckpointsFromARepositoryOfTheFoldersName) {
  put_checkpoint(kFirst, "web", 0, 0);
  EXPECT_THAT(summarise(), IsEmpty());
  put(chunk("_checkpoints", kFirst, 0), "1\n");
  EXPECT_EQ(summarise().at("_checkpoints").total().rows, 1);
  EXPECT_EQ(summarise().at("_checkpoints").strangers, 0);
}

TEST_F(StoreSummaryTest, FollowsTheFilter) {
  put(chunk("web", kFirst, 0), "1\n");
  put(chunk("web", kSecond, 0), "1\n");
  put(chunk("api", kSecond, 0), "1\n");
  EXPECT_EQ(summarise({.repositories = {"w*"}}).size(), 1U);
  EXPECT_EQ(summarise({.excluded = {"web"}}).count("web"), 0U);
  EXPECT_EQ(summarise({.date = "2026-01-01"}).size(), 1U);
  EXPECT_EQ(summarise({.date = "2026-01-02"}).at("web").total().chunks, 1);
  EXPECT_THAT(summarise({.begun_before = std::string(kFirst)}), IsEmpty());
  EXPECT_EQ(summarise({.begun_before = std::string(kSecond)}).at("web").total().chunks, 1);
}

TEST_F(StoreSummaryTest, TakesRowsFromTheCheckpointWhenItsChunksAreThere) {
  put(chunk("web", kFirst, 0), "1\n");
  put_checkpoint(kFirst, "web", 1, 77);
  EXPECT_EQ(summarise().at("web").total().rows, 77);
  put(chunk("web", kFirst, 1), "2\n3\n");
  EXPECT_EQ(summarise().at("web").total().rows, 3) << "one more than it tells of: counted";
}

TEST_F(StoreSummaryTest, LeavesRowsUnknownWhenToldNotToRead) {
  put(chunk("web", kFirst, 0), "1\n");
  put(chunk("api", kSecond, 0), "1\n");
  put_checkpoint(kSecond, "api", 1, 77);
  const auto found = summarise({}, /*read_chunks=*/false);
  EXPECT_FALSE(found.at("web").rows_known);
  EXPECT_TRUE(found.at("api").rows_known);
  EXPECT_EQ(found.at("api").total().rows, 77);
}

TEST_F(StoreSummaryTest, CountsRowsOfCompressedChunks) {
  ChunkKey key = chunk("web", kFirst, 0);
  put(key, "1\n");
  key.number = 1;
  key.compressed = true;
  put(key, *gzip("2\n3\n") + *gzip("4\n"));
  EXPECT_EQ(summarise().at("web").total().rows, 4);
  EXPECT_EQ(summarise().at("web").total().chunks, 2);
}

TEST_F(StoreSummaryTest, AChunkThatCannotBeReadHasNoRows) {
  ChunkKey key = chunk("web", kFirst, 0);
  key.compressed = true;
  put(key, gzip("1\n2\n")->substr(0, 15));
  put(chunk("web", kFirst, 1), "3\n");
  const StreamSummary total = summarise().at("web").total();
  EXPECT_EQ(total.chunks, 2);
  EXPECT_EQ(total.rows, 1);
}

TEST_F(StoreSummaryTest, TellsHowManyChunksItHasRead) {
  constexpr int64_t kChunks = 2'500;
  for (int64_t number = 0; number < kChunks; ++number) {
    put(chunk("web", kFirst, number), "1\n");
  }
  std::vector<int64_t> read;
  ASSERT_TRUE(summarise_repositories(
      store_, {.org = "acme", .workers = 4},
      [&](const RepositorySummary& summary) { EXPECT_EQ(summary.total().rows, kChunks); },
      [&](const SummaryProgress& progress) { read.push_back(progress.read); }));
  EXPECT_THAT(read, ElementsAre(0, 0, 1'000, 2'000, 2'500));
}

TEST_F(StoreSummaryTest, FailsWithTheStore) {
  put(chunk("web", kFirst, 0), "1\n");
  store_.intercept([](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    return call == StoreCall::kGet && parse_chunk_key(key)
               ? std::optional(StoreFault{{ErrorCode::kUnavailable, "no network"}})
               : std::nullopt;
  });
  const Status status = summarise_repositories(
      store_, {.org = "acme"}, [](const RepositorySummary&) {}, [](const SummaryProgress&) {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "no network");
}

// Lists chunks that it makes up, in the order of their keys, and watches the memory in use.
class LongListing : public MemoryStore {
 public:
  LongListing(int64_t chunks, int64_t most_numbers) : chunks_(chunks) {
    for (int64_t number = 0; number < most_numbers; ++number) {
      numbers_.push_back(number);
    }
    std::ranges::sort(numbers_, {}, [](int64_t number) { return std::to_string(number) + "."; });
  }

  Result<std::vector<std::string>> list_folders(std::string_view) override {
    return std::vector<std::string>{"web"};
  }

  Status list(std::string_view prefix,
              const std::function<bool(const ObjectInfo&)>& visit) override {
    EXPECT_EQ(prefix, "acme/web/");
    const auto collections = chunks_ / static_cast<int64_t>(numbers_.size());
    for (int64_t i = 0; i < chunks_; ++i) {
      const Time start = *parse_compact_time(kFirst) +
                         std::chrono::seconds(i / static_cast<int64_t>(numbers_.size()));
      const int64_t number = numbers_[static_cast<size_t>(i) % numbers_.size()];
      const bool goes_on =
          visit({chunk("web", format_compact_time(start), number).to_string(), 10});
      EXPECT_TRUE(goes_on);
      if (i == chunks_ / collections) {
        first_ = mallinfo2().uordblks;
      }
    }
    last_ = mallinfo2().uordblks;
    return {};
  }

  // Bytes more in use at the listing's end than when a first collection was listed.
  int64_t growth() const { return static_cast<int64_t>(last_) - static_cast<int64_t>(first_); }

 private:
  const int64_t chunks_;
  std::vector<int64_t> numbers_;
  size_t first_ = 0;
  size_t last_ = 0;
};

TEST(StoreSummary, AMillionChunksTakeTheRoomOfTheirRanges) {
  constexpr int64_t kChunks = 1'000'000;
  LongListing store(kChunks, /*most_numbers=*/100'000);
  std::vector<RepositorySummary> found;
  int64_t reports = 0;
  ASSERT_TRUE(summarise_repositories(
      store, {.org = "acme", .filter = {}, .read_chunks = false},
      [&](const RepositorySummary& summary) { found.push_back(summary); },
      [&](const SummaryProgress&) { ++reports; }));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].total().chunks, kChunks);
  EXPECT_EQ(found[0].total().bytes, 10 * kChunks);
  EXPECT_EQ(found[0].collections, 10);
  EXPECT_EQ(reports, 1000);
  EXPECT_LT(store.growth(), 100'000) << "bytes, for ten collections";
}

}  // namespace
}  // namespace github_stats
