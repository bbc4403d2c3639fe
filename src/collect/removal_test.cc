#include "collect/removal.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>
#include <set>

#include "store/keys.h"
#include "testing/memory_store.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::string_view kFirst = "20260101T000000Z";
constexpr std::string_view kSecond = "20260102T120000Z";

class RemovalTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.init()); }

  std::string put(const std::string& key) {
    EXPECT_TRUE(store_.put(key, "12345", Precondition::none()));
    return key;
  }

  std::string put_chunk(std::string repo, std::string_view collection, int64_t number,
                        Stream stream = Stream::kPullRequests) {
    const std::string date = collection == kFirst ? "2026-01-01" : "2026-01-02";
    return put(ChunkKey{"acme", std::move(repo), stream, date, std::string(collection), number}
                   .to_string());
  }

  std::set<std::string> left() const {
    std::set<std::string> keys;
    for (const auto& [key, bytes] : store_.objects()) {
      keys.insert(key);
    }
    return keys;
  }

  MemoryStore store_;
  std::stop_source stop_;
  Removal removal_{store_, 4, [](int64_t) {}, stop_.get_token()};
};

TEST_F(RemovalTest, TakesAllBelowAPrefixPageByPage) {
  for (int i = 0; i < 2'500; ++i) {
    put(fmt::format("acme/web/{}", i));
  }
  const std::string other = put("acme/web2/x");
  ASSERT_TRUE(removal_.below("acme/web/", [](const ObjectInfo&) { return true; }));
  EXPECT_THAT(left(), ElementsAre(other));
  EXPECT_EQ(removal_.objects(), 2'500);
  EXPECT_EQ(removal_.bytes(), 12'500);
}

TEST_F(RemovalTest, TellsHowFarItIs) {
  for (int i = 0; i < 1'234; ++i) {
    put(fmt::format("acme/web/{}", i));
  }
  std::mutex mutex;
  std::multiset<int64_t> told;
  Removal removal(store_, 4,
                  [&](int64_t gone) {
                    const std::lock_guard lock(mutex);
                    told.insert(gone);
                  },
                  {});
  ASSERT_TRUE(removal.below("", [](const ObjectInfo&) { return true; }));
  EXPECT_GE(told.size(), 12U);
  EXPECT_EQ(*told.rbegin(), 1'234);
}

TEST_F(RemovalTest, TakesPullRequestsBeforeTheirDetails) {
  for (const Stream stream : kStreams) {
    put_chunk("web", kFirst, 0, stream);
    put_chunk("web", kFirst, 1, stream);
  }
  int removed = 0;
  store_.intercept([&](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    if (call == StoreCall::kRemove) {
      const bool is_pull_requests = parse_chunk_key(key)->stream == Stream::kPullRequests;
      EXPECT_EQ(is_pull_requests, removed < 2) << key;
      ++removed;
    }
    return std::nullopt;
  });
  Removal removal(store_, 1, [](int64_t) {}, {});
  ASSERT_TRUE(removal.repository("acme", "web", {}));
  EXPECT_EQ(removed, 10);
}

TEST_F(RemovalTest, OfARepositoryTakesStrangersOnlyWhenItTakesAll) {
  const std::string stranger = put("acme/web/notes.txt");
  put_chunk("web", kFirst, 0);
  const std::string later = put_chunk("web", kSecond, 0);
  const std::string api = put_chunk("api", kFirst, 0);
  ASSERT_TRUE(removal_.repository("acme", "web", {.date = "2026-01-01"}));
  EXPECT_THAT(left(), UnorderedElementsAre(stranger, later, api));
  ASSERT_TRUE(removal_.repository("acme", "web", {.begun_before = std::string(kSecond)}));
  EXPECT_THAT(left(), UnorderedElementsAre(stranger, later, api)) << "it began then, not before";
  ASSERT_TRUE(removal_.repository("acme", "web", {}));
  EXPECT_THAT(left(), UnorderedElementsAre(api));
}

TEST_F(RemovalTest, OfCheckpointsLeavesTheWatermarksAndNewerOnes) {
  put(checkpoint_key("acme", kFirst));
  const std::string later = put(checkpoint_key("acme", kSecond));
  const std::string watermarks = put(watermarks_key("acme"));
  ASSERT_TRUE(removal_.checkpoints("acme", {.begun_before = std::string(kSecond)}));
  EXPECT_THAT(left(), UnorderedElementsAre(later, watermarks));
}

TEST_F(RemovalTest, OfARepositoryCalledAsTheCheckpointsFolderLeavesThem) {
  const std::string checkpoint = put(checkpoint_key("acme", kFirst));
  const std::string watermarks = put(watermarks_key("acme"));
  put_chunk("_checkpoints", kFirst, 0);
  ASSERT_TRUE(removal_.repository("acme", "_checkpoints", {}));
  EXPECT_THAT(left(), UnorderedElementsAre(checkpoint, watermarks));
}

TEST_F(RemovalTest, OfAnOrganisationTakesCheckpointsLast) {
  put_chunk("zoo", kFirst, 0);
  put_chunk("API", kFirst, 0);
  put_chunk("_checkpoints", kFirst, 0);
  put(checkpoint_key("acme", kFirst));
  put(watermarks_key("acme"));
  put("acme/stranger");
  const std::string other = put("acme2/x");
  store_.intercept([&](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    if (call == StoreCall::kRemove && !parse_chunk_key(key)) {
      for (const std::string& each : left()) {
        EXPECT_FALSE(parse_chunk_key(each)) << each << " outlives " << key;
      }
    }
    return std::nullopt;
  });
  ASSERT_TRUE(removal_.organisation("acme"));
  EXPECT_THAT(left(), ElementsAre(other));
}

TEST_F(RemovalTest, EndsAtTheFirstFailure) {
  for (int i = 0; i < 3'000; ++i) {
    put(fmt::format("acme/web/{:04}", i));
  }
  store_.intercept([](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    return call == StoreCall::kRemove && key == "acme/web/0500"
               ? std::optional(StoreFault{{ErrorCode::kPermissionDenied, "not yours"}})
               : std::nullopt;
  });
  const Status status = removal_.below("", [](const ObjectInfo&) { return true; });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "not yours");
  EXPECT_LT(removal_.objects(), 1'000);
  EXPECT_EQ(static_cast<int64_t>(left().size()), 3'000 - removal_.objects());
}

TEST_F(RemovalTest, StopsWhenToldToAndGoesOnLater) {
  for (int i = 0; i < 3'000; ++i) {
    put(fmt::format("acme/web/{:04}", i));
  }
  store_.intercept([this](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    if (call == StoreCall::kRemove && key == "acme/web/1500") {
      stop_.request_stop();
    }
    return std::nullopt;
  });
  const auto all = [](const ObjectInfo&) { return true; };
  const Status status = removal_.below("", all);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_LT(removal_.objects(), 1'600);
  EXPECT_EQ(static_cast<int64_t>(left().size()), 3'000 - removal_.objects());
  ASSERT_TRUE(Removal(store_, 4, [](int64_t) {}, {}).below("", all));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(RemovalTest, StopsAlsoWhileNothingIsFoundToRemove) {
  put("acme/a");
  put("acme/b");
  stop_.request_stop();
  EXPECT_FALSE(removal_.below("", [](const ObjectInfo&) { return false; }));
}

}  // namespace
}  // namespace github_stats
