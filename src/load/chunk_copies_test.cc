#include "load/chunk_copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <functional>

#include "base/gzip.h"
#include "load/loader_fixture.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ChunkCopiesTest : public LoaderFixture {
 protected:
  void SetUp() override {
    LoaderFixture::SetUp();
    use_duckdb();
  }

  // Calls `look` whenever a chunk is about to be read, with how many are being read.
  void on_reading(std::function<std::optional<StoreFault>(std::string_view key)> look) {
    store_.intercept([look = std::move(look)](StoreCall call,
                                              std::string_view key) -> std::optional<StoreFault> {
      return call == StoreCall::kGet && parse_chunk_key(key) ? look(key) : std::nullopt;
    });
  }

  std::vector<fs::path> copies() const {
    std::vector<fs::path> found;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(options_.copies, ignored)) {
      found.push_back(entry.path());
    }
    return found;
  }
};

mode_t mode_of(const fs::path& path) {
  struct stat found {};
  EXPECT_EQ(stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 0777U;
}

TEST_F(ChunkCopiesTest, NobodyElseMayReadThem) {
  options_.workers = 1;
  put_chunk("web", kFirst, 0);
  put_chunk("web", kFirst, 1);
  size_t seen = 0;
  on_reading([&](std::string_view) {
    EXPECT_EQ(mode_of(options_.copies), 0700U);
    for (const fs::path& copy : copies()) {
      EXPECT_EQ(mode_of(copy), 0600U);
      ++seen;
    }
    return std::nullopt;
  });
  EXPECT_EQ(load({.org = "acme"}).chunks, 2);
  EXPECT_EQ(seen, 1U) << "the first, when the second was read";
}

TEST_F(ChunkCopiesTest, AreThoseOfOneBatchAtATime) {
  options_.batch_bytes = 1;
  options_.workers = 1;
  for (const std::string_view collection : {kFirst, kSecond}) {
    put_chunk("web", collection, 0);
    put_chunk("web", collection, 1);
  }
  size_t most = 0;
  on_reading([&](std::string_view) {
    most = std::max(most, copies().size());
    return std::nullopt;
  });
  EXPECT_EQ(load({.org = "acme"}).chunks, 4);
  EXPECT_EQ(most, 1U);
}

TEST_F(ChunkCopiesTest, AreNoMoreThanABatchMayHave) {
  options_.batch_chunks = 3;
  options_.workers = 1;
  for (const char* repo : {"api", "web", "zoo"}) {
    put_chunk(repo, kFirst, 0);
    put_chunk(repo, kFirst, 1);
    put_chunk(repo, kSecond, 0);
  }
  size_t most = 0;
  on_reading([&](std::string_view) {
    most = std::max(most, copies().size());
    return std::nullopt;
  });
  EXPECT_EQ(load({.org = "acme"}).chunks, 9);
  EXPECT_EQ(most, 2U) << "when the third is read";
}

TEST_F(ChunkCopiesTest, AreReadByNoMoreThanTheWorkers) {
  for (int i = 0; i < 50; ++i) {
    put_chunk("web", kFirst, i);
  }
  std::atomic<size_t> begun = 0;
  std::atomic<bool> too_many = false;
  on_reading([&](std::string_view) {
    // Each is read in full before its file is there: more begun than copied are under way.
    too_many = too_many || ++begun > copies().size() + options_.workers;
    return std::nullopt;
  });
  EXPECT_EQ(load({.org = "acme"}).chunks, 50);
  EXPECT_FALSE(too_many);
}

TEST_F(ChunkCopiesTest, GoWhenTheStoreFails) {
  options_.workers = 1;
  put_chunk("web", kFirst, 0);
  put_chunk("web", kFirst, 1);
  on_reading([&](std::string_view) -> std::optional<StoreFault> {
    return copies().empty() ? std::nullopt
                            : std::optional(StoreFault{{ErrorCode::kUnavailable, "no network"}});
  });
  const auto report = try_load({.org = "acme"});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().message, "no network");
  EXPECT_FALSE(fs::exists(options_.copies));
}

TEST_F(ChunkCopiesTest, OfADeadProcessAreRemoved) {
  fs::create_directory(options_.copies);
  std::ofstream(options_.copies / "0.json") << "left";
  std::ofstream(options_.copies / "17.json.gz") << "left";
  load({.org = "acme"});
  EXPECT_FALSE(fs::exists(options_.copies)) << "although there was nothing to load";
  fs::create_directory(options_.copies);
  std::ofstream(options_.copies / "0.json") << "left";
  put_chunk("web", kFirst, 0);
  EXPECT_EQ(load({.org = "acme"}).chunks, 1);
}

TEST_F(ChunkCopiesTest, TouchNothingElse) {
  const fs::path theirs = options_.copies / "notes.json";
  fs::create_directory(options_.copies);
  std::ofstream(theirs) << "mine";
  put_chunk("web", kFirst, 0);
  const auto report = try_load({.org = "acme"});
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().message, HasSubstr(options_.copies.string()));
  EXPECT_TRUE(fs::exists(theirs));
}

TEST_F(ChunkCopiesTest, AChunkThatIsGoneKeepsBackItsRepositorysCollectionOnly) {
  const std::string gone = put_chunk("web", kFirst, 0);
  put_chunk("web", kFirst, 1);
  const std::string later = put_chunk("web", kSecond, 0);
  const std::string api = put_chunk("api", kFirst, 0);
  on_reading([&](std::string_view key) -> std::optional<StoreFault> {
    return key == gone ? std::optional(StoreFault{{ErrorCode::kNotFound, "there is no " + gone}})
                       : std::nullopt;
  });
  const LoadReport report = load({.org = "acme"});
  EXPECT_THAT(loaded(), ElementsAre(api, later));
  ASSERT_EQ(report.failed.size(), 1U);
  EXPECT_EQ(report.failed[0].collection_id, kFirst);
  EXPECT_THAT(report.failed[0].error.message, HasSubstr(gone));
}

TEST_F(ChunkCopiesTest, KeepTheKeyAndTheCompression) {
  const ChunkKey compressed{"acme", "web", Stream::kPullRequests, "2026-01-01", "20260101T000000Z",
                            0,      true};
  put_bytes(compressed.to_string(), *gzip(minimal_row(Stream::kPullRequests)));
  // A store that unpacks what it gives out.
  ChunkKey unpacked = compressed;
  unpacked.number = 1;
  put_bytes(unpacked.to_string(), minimal_row(Stream::kPullRequests));
  const LoadReport report = load({.org = "acme"});
  EXPECT_THAT(report.failed, IsEmpty());
  EXPECT_EQ(report.rows[Stream::kPullRequests], 2);
  const auto keys = warehouse_->query("SELECT chunk_key FROM _loads ORDER BY chunk_key");
  ASSERT_TRUE(keys);
  EXPECT_THAT(keys->rows,
              ElementsAre(ElementsAre(compressed.to_string()), ElementsAre(unpacked.to_string())));
}

}  // namespace
}  // namespace github_stats
