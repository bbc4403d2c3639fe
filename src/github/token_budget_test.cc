#include "github/token_budget.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using Verdict = TokenBudget::Verdict;

// A token of whose hour an answer has told.
TokenBudget known(int64_t remaining, int64_t reserve = 0) {
  TokenBudget token(reserve);
  token.begin(0s, 1, 1);
  token.end(0s, {.serial = 1,
                 .points = 1,
                 .newest = 1,
                 .answered = true,
                 .budget = RateBudget{5000, remaining, 10min}});
  return token;
}

TEST(TokenBudget, LetsOneRequestGoFirst) {
  TokenBudget token(0);
  EXPECT_EQ(token.verdict(0s, 1), Verdict::kGo);
  token.begin(0s, 1, 1);
  EXPECT_EQ(token.verdict(0s, 1), Verdict::kWaitForAnswer);
  token.end(0s, {.serial = 1, .points = 1, .newest = 1});  // it told nothing
  EXPECT_EQ(token.verdict(0s, 1), Verdict::kGo);
}

TEST(TokenBudget, CountsWhatIsInFlightAndTheReserve) {
  TokenBudget token = known(110, /*reserve=*/100);
  token.begin(1s, 2, 6);
  EXPECT_EQ(token.verdict(1s, 4), Verdict::kGo);
  EXPECT_EQ(token.verdict(1s, 5), Verdict::kWaitForReset);
  EXPECT_EQ(token.reset_at(), Duration(10min));
  token.end(2s, {.serial = 2, .points = 6, .newest = 2, .budget = RateBudget{5000, 109, 598s}});
  EXPECT_EQ(token.verdict(2s, 9), Verdict::kGo) << "it cost less than was expected";
}

TEST(TokenBudget, CountsWhatMayHaveBeenChargedUntilALaterAnswerTells) {
  TokenBudget token = known(10);
  token.begin(1s, 2, 6);
  token.begin(1s, 3, 1);
  token.end(2s, {.serial = 2, .points = 6, .newest = 3});  // lost on the way
  EXPECT_EQ(token.verdict(2s, 4), Verdict::kWaitForReset);
  token.end(2s, {.serial = 3, .points = 1, .newest = 3, .budget = RateBudget{5000, 9, 598s}});
  EXPECT_EQ(token.verdict(2s, 4), Verdict::kWaitForReset) << "it was sent before: it may not know";
  token.begin(3s, 4, 1);
  token.end(4s, {.serial = 4, .points = 1, .newest = 4, .budget = RateBudget{5000, 8, 596s}});
  EXPECT_EQ(token.verdict(4s, 8), Verdict::kGo);
}

TEST(TokenBudget, BelievesTheLowestFigureOfAnHour) {
  TokenBudget token = known(10);
  token.begin(1s, 2, 1);
  token.end(1s, {.serial = 2, .points = 1, .newest = 2, .budget = RateBudget{5000, 40, 10min}});
  EXPECT_EQ(token.points_left(1s), 10);
  token.begin(1s, 3, 1);
  token.end(1s, {.serial = 3, .points = 1, .newest = 3, .budget = RateBudget{5000, 4999, 1h}});
  EXPECT_EQ(token.points_left(1s), 4999) << "a new hour";
}

TEST(TokenBudget, BeginsAnHourWithOneRequest) {
  TokenBudget token = known(0);
  EXPECT_EQ(token.verdict(599s, 1), Verdict::kWaitForReset);
  EXPECT_EQ(token.verdict(10min, 1), Verdict::kGo);
  token.begin(10min, 2, 1);
  EXPECT_EQ(token.verdict(10min, 1), Verdict::kWaitForAnswer);
}

TEST(TokenBudget, IsNotAskedAtOnceAgainWhenAResetBroughtNothing) {
  TokenBudget token = known(0);
  token.begin(10min, 2, 1);
  token.end(10min, {.serial = 2,
                    .points = 1,
                    .newest = 2,
                    .used_up = true,
                    .free = true,
                    .budget = RateBudget{5000, 0, 1s}});
  EXPECT_EQ(token.verdict(10min + 2s, 1), Verdict::kWaitForReset);
  EXPECT_EQ(token.verdict(11min, 1), Verdict::kGo);
}

TEST(TokenBudget, KnowsServersWithoutLimits) {
  TokenBudget token(100);
  token.begin(0s, 1, 1);
  token.end(0s, {.serial = 1, .points = 1, .newest = 1, .answered = true});
  EXPECT_TRUE(token.has_no_limit());
  for (uint64_t serial = 2; serial < 50; ++serial) {
    EXPECT_EQ(token.verdict(0s, 1000), Verdict::kGo);
    token.begin(0s, serial, 1000);
  }
  EXPECT_EQ(token.points_left(0s), std::nullopt);
}

TEST(TokenBudget, SaysWhenTheReserveLeavesNothing) {
  EXPECT_EQ(known(5000, /*reserve=*/5000).verdict(1s, 1), Verdict::kNever);
  EXPECT_EQ(known(5000, /*reserve=*/5000).verdict(1h, 1), Verdict::kNever) << "nor in the next";
}

}  // namespace
}  // namespace github_stats
