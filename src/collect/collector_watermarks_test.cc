#include <gmock/gmock.h>

#include "collect/collector_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

TEST_F(CollectorTest, GoesOnFromEachRepositorysWatermark) {
  add_repository("web", 30);
  add_repository("quiet", 5);
  ASSERT_TRUE(start());
  clock_.advance(2h);
  const Time change = clock_.now() - 1h;
  github_.put("web", {7, change, "v2"});
  add_repository("new", 3);
  from_watermarks_ = true;
  const auto report = start();
  ASSERT_TRUE(report);
  EXPECT_EQ(report->selection.unchanged, 1);
  std::set<std::string> expected = all_of("new", 3);
  expected.insert({"web/7", "web/25", "web/26", "web/27", "web/28", "web/29", "web/30"});
  EXPECT_EQ(numbers_of(collected(report->checkpoint)), expected)
      << "what has changed, and the last five minutes of before";
  const auto watermarks = read_watermarks(store_, "Acme");
  ASSERT_TRUE(watermarks);
  ASSERT_EQ(watermarks->all().size(), 3U);
  EXPECT_EQ(watermarks->find("quiet")->until, report->checkpoint.until) << "it is looked at, too";
  EXPECT_EQ(watermarks->find("web")->newest, change);

  clock_.advance(1h);
  const auto nothing = start();
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->selection.unchanged, 3) << "what has not changed is not asked for";
}

TEST_F(CollectorTest, AFailedRepositorysWatermarkStays) {
  add_repository("web", 30);
  ASSERT_TRUE(start());
  const Watermark before = *read_watermarks(store_, "Acme")->find("web");
  clock_.advance(24h);
  github_.put("web", {7, clock_.now() - 1h, "v2"});
  github_.intercept([](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
    return call.asks("Details") ? std::optional<Result<HttpResponse>>(HttpResponse{400, {}, "{}"})
                                : std::nullopt;
  });
  from_watermarks_ = true;
  const auto failed = start();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->failed().size(), 1U);
  EXPECT_EQ(*read_watermarks(store_, "Acme")->find("web"), before);

  github_.intercept({});
  clock_.advance(1h);
  const auto report = start();
  ASSERT_TRUE(report);
  EXPECT_EQ(collected(report->checkpoint).count("web/7"), 1U) << "no gap has opened";
}

TEST_F(CollectorTest, AWatermarkIsWrittenAfterTheCheckpointThatTellsOfIt) {
  add_repository("web", 30);
  std::string checkpoint;
  store_.intercept([&](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    if (call == StoreCall::kPut && key == watermarks_key("Acme")) {
      for (const auto& [name, bytes] : store_.objects()) {
        checkpoint = parse_checkpoint_key(name) ? bytes : checkpoint;
      }
      return StoreFault{{ErrorCode::kUnavailable, "no space left on the device", ""}};
    }
    return std::nullopt;
  });
  const auto report = start();
  ASSERT_TRUE(report);
  EXPECT_THAT(checkpoint, HasSubstr("\"finished\":true"));
  ASSERT_TRUE(report->failure) << "it is not kept quiet";

  store_.intercept({});
  ASSERT_TRUE(resume(report->checkpoint.collection_id));
  EXPECT_NE(read_watermarks(store_, "Acme")->find("web"), nullptr);
}

TEST_F(CollectorTest, ResumingSetsNoWatermarkForWhatHasBeenWipedMeanwhile) {
  add_repository("web", 30);
  add_repository("api", 3);
  const auto report = start();
  ASSERT_TRUE(report);
  for (const auto& [key, bytes] : store_.objects()) {
    if (key.starts_with("Acme/web/") || key == watermarks_key("Acme")) {
      ASSERT_TRUE(store_.remove(key));
    }
  }
  ASSERT_TRUE(resume(report->checkpoint.collection_id));
  const auto watermarks = read_watermarks(store_, "Acme");
  EXPECT_EQ(watermarks->find("web"), nullptr);
  EXPECT_NE(watermarks->find("api"), nullptr);
}

TEST_F(CollectorTest, AWindowThatLeavesAGapDoesNotMoveTheWatermark) {
  add_repository("web", 30);
  ASSERT_TRUE(start());
  clock_.advance(24h * 10);
  github_.put("web", {7, clock_.now() - 48h, "v2"});
  github_.put("web", {8, clock_.now() - 2h, "v2"});
  window_ = 24h;
  EXPECT_EQ(collected(start()->checkpoint).count("web/7"), 0U);
  from_watermarks_ = true;
  EXPECT_EQ(collected(start()->checkpoint).count("web/7"), 1U);
}

TEST_F(CollectorTest, AWindowOfSomeHoursBeginsNoHistory) {
  add_repository("web", 30);
  window_ = clock_.now() - kBase - 25min;
  begins_history_ = false;
  EXPECT_EQ(collected(start()->checkpoint).size(), 6U);
  begins_history_ = true;
  from_watermarks_ = true;
  window_.reset();
  EXPECT_EQ(numbers_of(collected(start()->checkpoint)), all_of("web", 30));
}

TEST_F(CollectorTest, ARenamedRepositoryIsCollectedAnew) {
  add_repository("web", 30);
  add_repository("api", 3);
  ASSERT_TRUE(start());
  clock_.advance(1h);
  github_.rename_repository("web", "site");
  from_watermarks_ = true;
  EXPECT_EQ(numbers_of(collected(start()->checkpoint)), all_of("site", 30));
  EXPECT_EQ(read_watermarks(store_, "Acme")->find("web")->name, "site");
  clock_.advance(1h);
  EXPECT_EQ(start()->selection.collected, 0) << "once";
}

TEST_F(CollectorTest, AnOldCollectionMakesARenamedRepositoryBeCollectedAnewOnceMore) {
  add_repository("web", 250);
  stop_at_details(8);
  const auto old = start(1);
  ASSERT_TRUE(old && old->interrupted);
  stop_ = {};
  github_.intercept({});
  github_.rename_repository("web", "site");
  from_watermarks_ = true;
  ASSERT_TRUE(start());
  ASSERT_TRUE(resume(old->checkpoint.collection_id));
  EXPECT_EQ(numbers_of(collected(start()->checkpoint)), all_of("site", 250));
}

TEST_F(CollectorTest, AWindowOfSomeHoursTakesARenamedRepositoryWhole) {
  add_repository("web", 30);
  ASSERT_TRUE(start());
  github_.rename_repository("web", "site");
  window_ = 1h;
  begins_history_ = false;
  EXPECT_EQ(numbers_of(collected(start()->checkpoint)), all_of("site", 30));
}

TEST_F(CollectorTest, ARepositoryThatIsNotCollectedKeepsItsWatermark) {
  add_repository("web", 30);
  ASSERT_TRUE(start());
  const auto before = read_watermarks(store_, "Acme");
  add_repository("api", 3);
  clock_.advance(1h);
  from_watermarks_ = true;
  ASSERT_TRUE(start(4, {"api"}));
  EXPECT_EQ(*read_watermarks(store_, "Acme")->find("web"), *before->find("web"));
}

}  // namespace
}  // namespace github_stats
