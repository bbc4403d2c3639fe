#include "github/rate_limiter.h"

#include <gtest/gtest.h>

#include "testing/fake_clock.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;

TEST(RateLimiter, LetsRequestsGoWhileNothingIsKnown) {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  EXPECT_EQ(limiter.acquire({}), size_t{0});
  EXPECT_FALSE(limiter.points_left());
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST(RateLimiter, WaitsForTheResetWhenTheHourIsUsedUp) {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  limiter.observe(0, {.limit = 5000, .remaining = 0, .until_reset = 10min});
  EXPECT_EQ(limiter.waiting(), Duration(10min));
  EXPECT_EQ(limiter.acquire({}), size_t{0});
  EXPECT_EQ(clock.elapsed(), Duration(10min));
}

TEST(RateLimiter, LeavesTheReserve) {
  FakeClock clock;
  RateLimiter limiter(clock, {.reserve = 100});
  limiter.observe(0, {.limit = 5000, .remaining = 101, .until_reset = 10min});
  EXPECT_TRUE(limiter.acquire({}));
  EXPECT_TRUE(clock.sleeps().empty());
  EXPECT_TRUE(limiter.acquire({}));
  EXPECT_EQ(clock.elapsed(), Duration(10min)) << "the last point above the reserve is in flight";
}

TEST(RateLimiter, RefusesToWaitTooLong) {
  FakeClock clock;
  RateLimiter limiter(clock, {.max_wait = 5min});
  limiter.observe(0, {.limit = 5000, .remaining = 0, .until_reset = 10min});
  const auto token = limiter.acquire({});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kRateLimited);
}

TEST(RateLimiter, ASleepEndsWhenToldToStop) {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  limiter.pause(1min);
  std::stop_source stop;
  stop.request_stop();
  const auto token = limiter.acquire(stop.get_token());
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kCancelled);
}

TEST(RateLimiter, EverybodyKeepsAPause) {
  FakeClock clock;
  RateLimiter limiter(clock, {.tokens = 2});
  limiter.pause(90s);
  limiter.pause(30s);  // a shorter one does not shorten it
  EXPECT_TRUE(limiter.acquire({}));
  EXPECT_EQ(clock.elapsed(), Duration(90s));
}

TEST(RateLimiter, DrawsTokensDownOneAfterTheOther) {
  FakeClock clock;
  RateLimiter limiter(clock, {.tokens = 2});
  EXPECT_EQ(limiter.acquire({}), size_t{0});
  limiter.observe(0, {.limit = 5000, .remaining = 0, .until_reset = 10min});
  EXPECT_EQ(limiter.acquire({}), size_t{1});
  limiter.observe(1, {.limit = 5000, .remaining = 0, .until_reset = 50min});
  EXPECT_EQ(limiter.acquire({}), size_t{0});
  EXPECT_EQ(clock.elapsed(), Duration(10min)) << "the first reset is enough";
}

TEST(RateLimiter, SetsRefusedTokensAside) {
  FakeClock clock;
  RateLimiter limiter(clock, {.tokens = 2});
  limiter.set_aside(0);
  EXPECT_EQ(limiter.acquire({}), size_t{1});
  limiter.set_aside(1);
  const auto token = limiter.acquire({});
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, ErrorCode::kUnauthenticated);
}

TEST(RateLimiter, BelievesTheLowestFigureOfAnHour) {
  FakeClock clock;
  RateLimiter limiter(clock, {});
  limiter.observe(0, {.limit = 5000, .remaining = 10, .until_reset = 10min});
  limiter.observe(0, {.limit = 5000, .remaining = 40, .until_reset = 10min});  // was overtaken
  EXPECT_LE(limiter.points_left(), 11);
  limiter.observe(0, {.limit = 5000, .remaining = 4999, .until_reset = 60min});  // a new hour
  EXPECT_EQ(limiter.points_left(), 4999);
}

}  // namespace
}  // namespace github_stats
