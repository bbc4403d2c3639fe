#include "doctor/collection_checks.h"

#include <gmock/gmock.h>

#include "collect/checkpoint.h"
#include "collect/watermarks.h"
#include "doctor/store_checks.h"
#include "store/keys.h"
#include "testing/memory_store.h"

namespace github_stats::doctor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Time kNow{std::chrono::seconds(1'769'860'800)};  // 2026-01-31T12:00:00Z
constexpr std::string_view kId = "20260131T110000Z";

class CollectionChecksTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.init()); }

  void put(const std::string& key, std::string_view bytes) {
    ASSERT_TRUE(store_.put(key, bytes, Precondition::none()));
  }

  // By id.
  std::map<std::string, Finding> check(ObjectStore* store) {
    std::map<std::string, Finding> told;
    check_collections(store, "ACME", kNow,
                      [&](const Finding& finding) { told[finding.id] = finding; });
    return told;
  }

  MemoryStore store_;
};

TEST_F(CollectionChecksTest, FindsNothingWrongWithAnEmptyStore) {
  for (const auto& [id, finding] : check(&store_)) {
    EXPECT_EQ(finding.health, Health::kOk) << id;
  }
}

TEST_F(CollectionChecksTest, SkipsAllWithoutAStore) {
  const auto told = check(nullptr);
  EXPECT_EQ(told.size(), 3U);
  for (const auto& [id, finding] : told) {
    EXPECT_EQ(finding.health, Health::kSkipped) << id;
  }
}

TEST_F(CollectionChecksTest, FindsWatermarksHoweverTheNameIsCased) {
  Watermarks watermarks;
  watermarks.set("R_1", {"web", kNow - 500h, kNow - 200h, kNow - 500h, {}});
  put(watermarks_key("acme"), encode_watermarks(watermarks));
  const Finding finding = check(&store_)["collection.last"];
  EXPECT_EQ(finding.health, Health::kWarning);
  EXPECT_EQ(finding.detail, "8 days ago");
}

TEST_F(CollectionChecksTest, TellsOfACollectionThatIsNotFinished) {
  Checkpoint checkpoint;
  checkpoint.collection_id = kId;
  checkpoint.org = "acme";
  checkpoint.command = "backfill";
  checkpoint.repositories.emplace_back().name = "web";
  put(checkpoint_key("acme", kId), encode_checkpoint(checkpoint));
  const Finding finding = check(&store_)["collection.open"];
  EXPECT_EQ(finding.health, Health::kWarning);
  EXPECT_THAT(finding.detail, HasSubstr("20260131T110000Z (backfill) with 1 of 1 repositories"));
  EXPECT_THAT(finding.remedy, HasSubstr("resume --collection-id 20260131T110000Z"));
}

TEST_F(CollectionChecksTest, FailsForACheckpointThatCannotBeRead) {
  put(checkpoint_key("acme", kId), "{");
  const Finding finding = check(&store_)["collection.open"];
  EXPECT_EQ(finding.health, Health::kFailed);
  EXPECT_THAT(finding.detail, HasSubstr(kId));
}

TEST_F(CollectionChecksTest, SaysWhoHoldsTheLease) {
  LeaseDocument lease{.holder = "h",
                      .process = {"build-3", "m", 4711, 1},
                      .command = "collect",
                      .taken_at = kNow - 1h,
                      .renewed_at = kNow - 10s,
                      .expires_at = kNow + 50s};
  put(lease_key("acme"), encode_lease(lease));
  Finding finding = check(&store_)["collection.lease"];
  EXPECT_EQ(finding.health, Health::kOk);
  EXPECT_THAT(finding.detail, HasSubstr("held by process 4711 on build-3"));
  lease.expires_at = kNow - 1h;
  put(lease_key("acme"), encode_lease(lease));
  finding = check(&store_)["collection.lease"];
  EXPECT_EQ(finding.health, Health::kOk);
  EXPECT_THAT(finding.detail, HasSubstr("expired 60 minutes ago"));
  lease.process = this_process();
  lease.process.started += 1;  // another one, which had this number before
  put(lease_key("acme"), encode_lease(lease));
  EXPECT_THAT(check(&store_)["collection.lease"].detail, HasSubstr("which has ended"));
  put(lease_key("acme"), "nonsense");
  EXPECT_EQ(check(&store_)["collection.lease"].health, Health::kFailed);
}

// --- Writing into a store

class TryWritingTest : public CollectionChecksTest {
 protected:
  size_t objects() {
    size_t count = 0;
    EXPECT_TRUE(store_.list("", [&](const ObjectInfo&) { return ++count > 0; }));
    return count;
  }

  Finding try_it() { return try_writing({"store.write", "writing"}, store_); }

  // Makes one kind of call fail, before or after its effect.
  void break_call(StoreCall broken, bool after_effect) {
    store_.intercept([=](StoreCall call, std::string_view) -> std::optional<StoreFault> {
      if (call != broken) {
        return std::nullopt;
      }
      return StoreFault{{ErrorCode::kPermissionDenied, "not allowed", "allow it"}, after_effect};
    });
  }
};

TEST_F(TryWritingTest, LeavesNothingBehind) {
  EXPECT_EQ(try_it().health, Health::kOk);
  EXPECT_EQ(objects(), 0U);
}

TEST_F(TryWritingTest, LeavesNothingBehindWhenAStepFails) {
  for (const StoreCall call : {StoreCall::kPut, StoreCall::kGet}) {
    for (const bool after_effect : {false, true}) {
      break_call(call, after_effect);
      const Finding finding = try_it();
      EXPECT_EQ(finding.health, Health::kFailed);
      EXPECT_EQ(finding.detail, "not allowed");
      EXPECT_EQ(finding.remedy, "allow it");
      store_.intercept({});
      EXPECT_EQ(objects(), 0U);
    }
  }
}

TEST_F(TryWritingTest, FailsWhenWhatWasWrittenCannotBeRemoved) {
  break_call(StoreCall::kRemove, false);
  EXPECT_EQ(try_it().health, Health::kFailed);
}

}  // namespace
}  // namespace github_stats::doctor
