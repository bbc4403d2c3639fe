#include "observe/failure_notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace github_stats {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

FailureNotice failed_with(std::string message) {
  return {.kind = NoticeKind::kFailed,
          .command = "scheduled",
          .org = "acme",
          .collection_id = "20260131T235959Z",
          .exit_code = 1,
          .failure = Error{ErrorCode::kUnavailable, std::move(message), "try later"},
          .failed_repositories = 2,
          .started_at = *parse_time("2026-01-31T12:00:00Z"),
          .ended_at = *parse_time("2026-01-31T12:01:00Z")};
}

TEST(FailureNotice, TellsOfTheRunInALineAndInFields) {
  EXPECT_EQ(
      encode_notice(failed_with("no answer")),
      R"({"text":"github-stats: scheduled of acme failed (exit code 1): `no answer; try later`",)"
      R"("version":1,"event":"failed","command":"scheduled","org":"acme",)"
      R"("collection_id":"20260131T235959Z","exit_code":1,)"
      R"("failure":{"code":"unavailable","reason":"no answer; try later"},)"
      R"("failed_repositories":2,"started_at":"2026-01-31T12:00:00Z","ended_at":"2026-01-31T12:01:00Z"})");
}

TEST(FailureNotice, TellsOfRecoveryAndLeavesOutWhatThereIsNot) {
  const std::string json =
      encode_notice({.kind = NoticeKind::kRecovered, .command = "scheduled", .org = "acme"});
  EXPECT_THAT(json, StartsWith(R"({"text":"github-stats: scheduled of acme is done again",)"));
  EXPECT_THAT(json, HasSubstr(R"("event":"recovered")"));
  EXPECT_THAT(json, HasSubstr(R"("collection_id":null,"exit_code":0,"failure":null)"));
}

TEST(FailureNotice, TextFromOutsideStaysText) {
  const std::string json = encode_notice(
      failed_with("<!channel> `@here` [x](https://evil.example) & \n\"second\" line\x1b[31m"));
  const std::string text = json.substr(0, json.find(R"(,"version")"));
  EXPECT_THAT(text, HasSubstr("`&lt;!channel&gt; '@here' [x](https://evil.example) &amp; ?"));
  EXPECT_THAT(text, HasSubstr(R"(\"second\" line?[31m; try later`")"));
  EXPECT_THAT(json, Not(HasSubstr("\\n")));
}

TEST(FailureNotice, IsCutWhereACharacterEnds) {
  std::string endless = "x";
  for (int i = 0; i < 1'000; ++i) {
    endless += "ü";
  }
  const std::string json = encode_notice(failed_with(endless));
  const std::string text = json.substr(0, json.find(R"(,"version")"));
  EXPECT_LT(text.size(), 500U);
  EXPECT_THAT(text, testing::EndsWith("üü`\""));
}

class NoticePlanTest : public testing::Test {
 protected:
  // What is told after that run, when everything can be told.
  std::optional<NoticeKind> run(const std::optional<std::string>& failure,
                                const std::string& org = "acme") {
    const auto notice = plan_.after_run(org, failure);
    if (notice) {
      plan_.told(org, failure);
    }
    return notice;
  }

  NoticePlan plan_;
};

TEST_F(NoticePlanTest, TellsEachKindOnceAndRecoveryOnce) {
  EXPECT_EQ(run(std::nullopt), std::nullopt);
  EXPECT_EQ(run("down"), NoticeKind::kFailed);
  EXPECT_EQ(run("down"), std::nullopt);
  EXPECT_EQ(run("refused"), NoticeKind::kFailed);
  EXPECT_EQ(run("down"), std::nullopt);
  EXPECT_EQ(run(std::nullopt), NoticeKind::kRecovered);
  EXPECT_EQ(run(std::nullopt), std::nullopt);
  EXPECT_EQ(run("down"), NoticeKind::kFailed);
}

TEST_F(NoticePlanTest, WhatCouldNotBeToldIsDueAgain) {
  EXPECT_EQ(plan_.after_run("acme", "down"), NoticeKind::kFailed);
  EXPECT_EQ(plan_.after_run("acme", "down"), NoticeKind::kFailed);
  EXPECT_EQ(plan_.after_run("acme", std::nullopt), std::nullopt) << "nobody knew of a failure";
  EXPECT_EQ(run("down"), NoticeKind::kFailed);
  EXPECT_EQ(plan_.after_run("acme", std::nullopt), NoticeKind::kRecovered);
  EXPECT_EQ(run(std::nullopt), NoticeKind::kRecovered);
}

TEST_F(NoticePlanTest, KeepsOrganisationsApart) {
  EXPECT_EQ(run("down", "one"), NoticeKind::kFailed);
  EXPECT_EQ(run(std::nullopt, "two"), std::nullopt);
  EXPECT_EQ(run("down", "two"), NoticeKind::kFailed);
  EXPECT_EQ(run(std::nullopt, "one"), NoticeKind::kRecovered);
}

TEST_F(NoticePlanTest, RemembersNoEndlessNumberOfKinds) {
  for (int i = 0; i < 5'000; ++i) {
    EXPECT_EQ(run("failure " + std::to_string(i)), NoticeKind::kFailed);
  }
  EXPECT_EQ(run("failure 4999"), std::nullopt);
}

}  // namespace
}  // namespace github_stats
