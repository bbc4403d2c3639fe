#include "cli/remains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace github_stats {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class RemainsTest : public testing::TestWithParam<LogFormat> {
 protected:
  RemainsTest() {
    configure_logging(
        {LogLevel::kInfo, GetParam(), [this](std::string_view line) { logged_ += line; }});
    report_.checkpoint.org = "acme";
    report_.checkpoint.repositories.resize(2);
    report_.checkpoint.repositories[0].name = "web";
    report_.checkpoint.repositories[1].name = "api";
  }
  ~RemainsTest() override { configure_logging({}); }

  // Everything that was said, and whether all of it was said where it should be.
  std::string said(bool expect_complete) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(tell_of_remains(report_, GetParam()), expect_complete);
    return heard(testing::internal::GetCapturedStderr());
  }
  std::string heard(const std::string& printed) {
    const bool is_json = GetParam() == LogFormat::kJson;
    EXPECT_THAT(is_json ? printed : logged_, IsEmpty());
    const std::string& all = is_json ? logged_ : printed;
    EXPECT_EQ(all.starts_with('{'), is_json && !all.empty());
    return all;
  }

  std::string logged_;
  CollectionReport report_;
};

TEST_P(RemainsTest, NothingIsSaidWhereNothingRemains) { EXPECT_THAT(said(true), IsEmpty()); }

TEST_P(RemainsTest, FailedRepositoriesAreNamed) {
  report_.checkpoint.repositories[1].state = RepositoryState::kFailed;
  report_.checkpoint.repositories[1].error = "gone\x1b[31m";
  const std::string all = said(true);
  EXPECT_THAT(all, HasSubstr("api"));
  EXPECT_THAT(all, HasSubstr("gone?[31m"));
  EXPECT_THAT(all, Not(HasSubstr("web")));
}

TEST_P(RemainsTest, WhatIsHiddenOrIncompleteIsNamedAndCounts) {
  report_.hidden = {"SAML"};
  report_.checkpoint.repositories[0].owed = {{.number = 12, .reason = "too large"}};
  report_.checkpoint.repositories[1].unlisted = 3;
  const std::string all = said(false);
  for (const std::string part : {"SAML", "web", "12", "too large", "api", "3"}) {
    EXPECT_THAT(all, HasSubstr(part));
  }
  for (const int kind : {0, 1, 2}) {
    CollectionReport one = report_;
    one.hidden.resize(kind == 0 ? 1 : 0);
    one.checkpoint.repositories[0].owed.resize(kind == 1 ? 1 : 0);
    one.checkpoint.repositories[1].unlisted = kind == 2 ? 1 : 0;
    testing::internal::CaptureStderr();
    EXPECT_FALSE(tell_of_remains(one, GetParam())) << kind;
    testing::internal::GetCapturedStderr();
  }
}

TEST_P(RemainsTest, ChunksThatAreNotLoadedAreOfTheirOwnCollection) {
  const LoggedCollection another("20260131T235959Z");
  testing::internal::CaptureStderr();
  tell_of_failed_loads({.failed = {{"web", "20250101T000000Z", {ErrorCode::kDataLoss, "cut", ""}}}},
                       GetParam());
  const std::string all = heard(testing::internal::GetCapturedStderr());
  EXPECT_THAT(all, HasSubstr("web"));
  EXPECT_THAT(all, HasSubstr("20250101T000000Z"));
  EXPECT_THAT(all, HasSubstr("cut"));
  EXPECT_THAT(all, Not(HasSubstr("20260131")));
}

INSTANTIATE_TEST_SUITE_P(Formats, RemainsTest, testing::Values(LogFormat::kText, LogFormat::kJson),
                         [](const testing::TestParamInfo<LogFormat>& format) {
                           return format.param == LogFormat::kJson ? "Json" : "Text";
                         });

}  // namespace
}  // namespace github_stats
