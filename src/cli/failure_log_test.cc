#include "cli/failure_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/log.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FailureLogTest : public testing::Test {
 protected:
  FailureLogTest() {
    configure_logging({LogLevel::kInfo, LogFormat::kText,
                       [this](std::string_view line) { lines_.emplace_back(line); }});
  }
  ~FailureLogTest() override { configure_logging({}); }

  FailureLog log_;
  std::vector<std::string> lines_;
};

TEST_F(FailureLogTest, SaysAKindOfFailureInFullOnce) {
  log_.say({ErrorCode::kUnauthenticated, "GitHub refused the token (401)", "set GITHUB_TOKEN"});
  log_.say({ErrorCode::kUnauthenticated, "GitHub refused the token (401)", "set GITHUB_TOKEN"});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("error failed code=unauthenticated reason=GitHub "
                                            "refused the token (401); set GITHUB_TOKEN"),
                                  HasSubstr("warning failed again")));
  EXPECT_THAT(lines_[1], testing::Not(HasSubstr("refused")));
}

TEST_F(FailureLogTest, TellsKindsApartByCodeAndWords) {
  log_.say({ErrorCode::kUnavailable, "no answer after 30 s", ""});
  log_.say({ErrorCode::kUnavailable, "no answer after 31 s", ""});
  log_.say({ErrorCode::kUnavailable, "the file is in use", ""});
  log_.say({ErrorCode::kInternal, "the file is in use", ""});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("after 30 s"), HasSubstr("failed again"),
                                  HasSubstr("in use"), HasSubstr("in use")));
}

TEST_F(FailureLogTest, SaysItAnewAfterARunThatWentWell) {
  log_.say({ErrorCode::kUnavailable, "no answer", ""});
  log_.forget();
  log_.say({ErrorCode::kUnavailable, "no answer", ""});
  EXPECT_THAT(lines_, ElementsAre(HasSubstr("no answer"), HasSubstr("no answer")));
}

TEST_F(FailureLogTest, FailuresWithoutEndTakeNoMemoryWithoutEnd) {
  for (int i = 0; i < 3'000; ++i) {
    log_.say({ErrorCode::kUnavailable, std::string(static_cast<size_t>(i % 1'500), 'x'), ""});
  }
  EXPECT_EQ(lines_.size(), 3'000U);
  EXPECT_THAT(lines_.back(), HasSubstr("reason="));
}

}  // namespace
}  // namespace github_stats
