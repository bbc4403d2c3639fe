#include "doctor/judgement.h"

#include <gmock/gmock.h>

namespace github_stats::doctor {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Check kCheck{"id", "title"};
constexpr Time kNow{std::chrono::seconds(1'769'860'800)};  // 2026-01-31T12:00:00Z

TEST(InWords, CountsTheLargestUnitThereAreTwoOf) {
  EXPECT_EQ(in_words(0s), "0 seconds");
  EXPECT_EQ(in_words(1s), "1 second");
  EXPECT_EQ(in_words(-119s), "119 seconds");
  EXPECT_EQ(in_words(120s), "2 minutes");
  EXPECT_EQ(in_words(119min), "119 minutes");
  EXPECT_EQ(in_words(47h), "47 hours");
  EXPECT_EQ(in_words(49h), "2 days");
}

TEST(JudgeClock, MindsWhatIsMoreThanHalfAMinuteAndRefusesFiveMinutes) {
  const struct {
    Duration ahead;
    Health health;
    const char* says;
  } kCases[] = {
      {0s, Health::kOk, "agrees with GitHub's within 1 second"},
      {-30s, Health::kOk, "within 30 seconds"},
      {31s, Health::kWarning, "31 seconds ahead of GitHub's"},
      {-31s, Health::kWarning, "31 seconds behind GitHub's"},
      {300s, Health::kWarning, "5 minutes ahead"},
      {-301s, Health::kFailed, "5 minutes behind"},
      {400 * 24h, Health::kFailed, "400 days ahead"},
  };
  for (const auto& [ahead, health, says] : kCases) {
    const Finding finding = judge_clock(kCheck, ahead, "GitHub's");
    EXPECT_EQ(finding.health, health) << finding.detail;
    EXPECT_THAT(finding.detail, HasSubstr(says));
    EXPECT_EQ(finding.remedy.empty(), health == Health::kOk);
  }
}

TEST(JudgeSpace, WarnsBelowAGibibyteAndFailsBelowAHundredMebibytes) {
  constexpr int64_t kMiB = 1 << 20;
  const struct {
    Space space;
    Health health;
  } kCases[] = {
      {{1024 * kMiB, std::nullopt}, Health::kOk},
      {{1024 * kMiB - 1, std::nullopt}, Health::kWarning},
      {{100 * kMiB, std::nullopt}, Health::kWarning},
      {{100 * kMiB - 1, std::nullopt}, Health::kFailed},
      {{0, std::nullopt}, Health::kFailed},
      {{1 << 30, 10'000}, Health::kOk},
      {{1 << 30, 9'999}, Health::kWarning},
      {{1 << 30, 99}, Health::kFailed},
      {{1 << 30, 0}, Health::kFailed},
  };
  for (const auto& [space, health] : kCases) {
    const Finding finding = judge_space(kCheck, space, "/data");
    EXPECT_EQ(finding.health, health) << finding.detail;
    EXPECT_THAT(finding.detail, HasSubstr("free in /data"));
  }
  EXPECT_THAT(judge_space(kCheck, {3LL << 30, 7}, "/data").detail,
              HasSubstr("3.0 GiB free in /data, room for 7 files"));
}

TEST(JudgeFileMode, MindsOnlyWhatEverybodyMay) {
  EXPECT_FALSE(judge_file_mode(kCheck, ".env", 0100600));
  EXPECT_FALSE(judge_file_mode(kCheck, ".env", 0100640));
  const auto readable = judge_file_mode(kCheck, ".env", 0100644);
  ASSERT_TRUE(readable);
  EXPECT_EQ(readable->health, Health::kWarning);
  EXPECT_THAT(readable->detail, HasSubstr("can read it"));
  EXPECT_EQ(readable->remedy, "chmod 600 .env");
  EXPECT_THAT(judge_file_mode(kCheck, ".env", 0100602)->detail, HasSubstr("can write it"));
  EXPECT_THAT(judge_file_mode(kCheck, ".env", 0100666)->detail, HasSubstr("read and write it"));
}

TEST(JudgeCollected, WarnsAfterAWeek) {
  EXPECT_EQ(judge_collected(kCheck, std::nullopt, kNow).health, Health::kOk);
  const Finding fresh = judge_collected(kCheck, Collected{kNow - 3h, kNow - 72h, 5}, kNow);
  EXPECT_EQ(fresh.health, Health::kOk);
  EXPECT_EQ(fresh.detail, "3 hours ago; of 5 repositories the longest not for 3 days");
  EXPECT_EQ(judge_collected(kCheck, Collected{kNow - 168h, kNow - 168h, 1}, kNow).health,
            Health::kOk);
  const Finding old = judge_collected(kCheck, Collected{kNow - 169h, kNow - 169h, 1}, kNow);
  EXPECT_EQ(old.health, Health::kWarning);
  EXPECT_EQ(old.detail, "7 days ago");
  EXPECT_THAT(old.remedy, HasSubstr("github-stats collect"));
}

TEST(IsWell, AllowsWarningsAndWhatWasSkipped) {
  EXPECT_TRUE(is_well({}));
  EXPECT_TRUE(is_well({kCheck.ok("x"), kCheck.warning("x", "y"), kCheck.skipped("x")}));
  EXPECT_FALSE(is_well({kCheck.ok("x"), kCheck.failed("x", "y")}));
}

}  // namespace
}  // namespace github_stats::doctor
