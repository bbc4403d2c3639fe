#include "collect/watermarks.h"

#include <gtest/gtest.h>

#include "testing/memory_store.h"

namespace github_stats {
namespace {

Time at(int hour) { return *parse_time("2026-01-01T00:00:00Z") + std::chrono::hours(hour); }

Watermark window(int from, int until, std::vector<int64_t> incomplete = {}) {
  return {"web", at(from), at(until), at(until - 1), std::move(incomplete)};
}

TEST(Watermark, GoesOnFromTheNewestChangeThereWas) {
  EXPECT_EQ(window(10, 20).next_since(), at(19) - kWatermarkOverlap);
  EXPECT_EQ((Watermark{"web", at(10), at(20), at(3), {}}).next_since(), at(10))
      << "what is older than the first window was not asked for";
  EXPECT_EQ((Watermark{"web", at(10), at(20), at(23), {}}).next_since(), at(20) - kWatermarkOverlap)
      << "a clock that ran ahead";
}

TEST(Watermark, TellsARepositoryThatHasNotChanged) {
  EXPECT_TRUE(window(10, 20).is_unchanged(at(19)));
  EXPECT_TRUE(window(10, 20).is_unchanged(at(5)));
  EXPECT_TRUE(window(10, 20).is_unchanged(std::nullopt));
  EXPECT_FALSE(window(10, 20).is_unchanged(at(19) + std::chrono::seconds(1)));
  EXPECT_FALSE((Watermark{"web", at(10), at(20), at(20) - kWatermarkOverlap, {}})
                   .is_unchanged(at(20) - kWatermarkOverlap))
      << "something else may have changed in that second, or be listed late";
}

TEST(Watermarks, MoveWithWindowsThatOverlap) {
  Watermarks watermarks;
  watermarks.cover("R_1", window(10, 20));
  watermarks.cover("R_1", window(19, 30));
  EXPECT_EQ(*watermarks.find("R_1"), window(10, 30));
  watermarks.cover("R_1", {"renamed", at(5), at(31), at(29), {}});
  EXPECT_EQ(*watermarks.find("R_1"), (Watermark{"renamed", at(5), at(31), at(29), {}}));
  watermarks.cover("R_1", window(4, 7));
  EXPECT_EQ(*watermarks.find("R_1"), (Watermark{"", at(4), at(31), at(29), {}}))
      << "an old collection that was resumed has written under the old name";
  EXPECT_EQ(watermarks.find("R_2"), nullptr);
}

TEST(Watermarks, NeverMoveOverAGap) {
  Watermarks watermarks;
  watermarks.cover("R_1", window(10, 20));
  watermarks.cover("R_1", window(25, 30));
  EXPECT_EQ(*watermarks.find("R_1"), window(10, 20)) << "20 to 25 is still to be collected";
  watermarks.cover("R_1", window(20, 30));
  EXPECT_EQ(*watermarks.find("R_1"), window(10, 20)) << "to touch is not enough: lists lag";
  watermarks.cover("R_1", window(1, 2));
  EXPECT_EQ(*watermarks.find("R_1"), window(10, 20)) << "an old window";
}

TEST(Watermarks, StayUntilWhatIsIncompleteHasBeenAskedForOnceMore) {
  Watermarks watermarks;
  watermarks.cover("R_1", window(10, 20, {7}));
  EXPECT_LE(watermarks.find("R_1")->next_since(), at(10));
  EXPECT_FALSE(watermarks.find("R_1")->is_unchanged(at(10)));
  watermarks.cover("R_1", window(19, 21));
  EXPECT_LE(watermarks.find("R_1")->next_since(), at(10)) << "a window of some hours misses it";
  watermarks.cover("R_1", window(10, 21, {7, 8}));
  EXPECT_LE(watermarks.find("R_1")->next_since(), at(10)) << "8 is new";
  watermarks.cover("R_1", window(10, 22, {7}));
  EXPECT_EQ(*watermarks.find("R_1"), window(10, 22, {7})) << "GitHub gives no more of it";
  watermarks.cover("R_1", window(20, 25));
  EXPECT_EQ(*watermarks.find("R_1"), window(10, 25));
  watermarks.cover("R_1", window(3, 26, {9}));
  EXPECT_EQ(watermarks.find("R_1")->next_since(), at(3)) << "back to where it may be";
}

TEST(Watermarks, HaveNoNameWhileThereAreSeveral) {
  Watermarks watermarks;
  watermarks.cover("R_1", window(10, 20));
  watermarks.expect_name("R_1", "web");
  EXPECT_EQ(watermarks.find("R_1")->name, "web");
  watermarks.expect_name("R_1", "old");
  EXPECT_EQ(watermarks.find("R_1")->name, "");
  watermarks.cover("R_1", window(15, 25));
  EXPECT_EQ(watermarks.find("R_1")->name, "") << "what changed before may be under the old one";
  watermarks.cover("R_1", window(10, 26));
  EXPECT_EQ(watermarks.find("R_1")->name, "web");
  watermarks.expect_name("R_2", "unknown");
  EXPECT_EQ(watermarks.all().size(), 1U);
}

TEST(Watermarks, AreForgottenByName) {
  Watermarks watermarks;
  watermarks.cover("R_1", window(10, 20));
  watermarks.cover("R_2", {"api", at(10), at(20), at(12), {}});
  watermarks.forget("web");
  EXPECT_EQ(watermarks.find("R_1"), nullptr);
  EXPECT_NE(watermarks.find("R_2"), nullptr);
}

TEST(Watermarks, GoThereAndBack) {
  Watermarks watermarks;
  watermarks.cover("R_1", {"a \"b\"", at(1), at(2), at(1) + Duration(1), {}});
  watermarks.cover("R_2", {".github", at(3), at(4) + Duration(5), at(4), {3, 5}});
  EXPECT_EQ(decode_watermarks(encode_watermarks(watermarks)), watermarks);
  EXPECT_EQ(decode_watermarks(encode_watermarks({})), Watermarks{});
}

TEST(Watermarks, RefuseWhatIsNone) {
  for (const std::string_view bytes : {"", "{}", "[]", R"({"version":1,"repositories":[{}]})"}) {
    const auto decoded = decode_watermarks(bytes);
    ASSERT_FALSE(decoded) << bytes;
    EXPECT_EQ(decoded.error().code, ErrorCode::kDataLoss);
  }
  EXPECT_EQ(decode_watermarks(R"({"version":2,"repositories":[]})").error().code,
            ErrorCode::kInvalidArgument);
}

TEST(UpdateWatermarks, KeepsWhatAnotherProcessWroteMeanwhile) {
  MemoryStore store;
  ASSERT_TRUE(store.init());
  bool raced = false;
  const Status status = update_watermarks(store, "acme", [&](Watermarks& watermarks) {
    if (!std::exchange(raced, true)) {
      ASSERT_TRUE(update_watermarks(store, "acme", [](Watermarks& others) {
        others.cover("R_2", {"api", at(1), at(2), at(1), {}});
      }));
    }
    watermarks.cover("R_1", window(1, 2));
  });
  ASSERT_TRUE(status);
  EXPECT_EQ(read_watermarks(store, "acme")->all().size(), 2U);
  ASSERT_TRUE(update_watermarks(store, "acme", [](Watermarks& w) { w.forget("web"); }));
  EXPECT_EQ(read_watermarks(store, "acme")->all().size(), 1U);
}

}  // namespace
}  // namespace github_stats
