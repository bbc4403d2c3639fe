#include "github/rate_limiter.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "base/log.h"
#include "testing/fake_clock.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using Kind = RequestOutcome::Kind;
using testing::HasSubstr;

class RateLimiterTest : public testing::Test {
 protected:
  void start(RateLimiterOptions options) { limiter_.emplace(clock_, options); }

  Permit acquired(int64_t points = 1) {
    auto permit = limiter_->acquire({}, points);
    EXPECT_TRUE(permit) << permit.error().describe();
    return *std::move(permit);
  }

  // A request that is answered at once. Gives the token that it went out with.
  size_t ask(int64_t remaining, Duration until_reset = 10min) {
    Permit permit = acquired();
    permit.finish({.kind = Kind::kAnswered,
                   .budget = RateBudget{5000, remaining, until_reset},
                   .retry_after = {},
                   .points = 1});
    return permit.token();
  }

  Error failure() {
    auto permit = limiter_->acquire({});
    EXPECT_FALSE(permit);
    return permit ? Error{} : permit.error();
  }

  FakeClock clock_;
  std::optional<RateLimiter> limiter_;
};

TEST_F(RateLimiterTest, WaitsForTheResetWhenTheHourIsUsedUp) {
  start({});
  EXPECT_FALSE(limiter_->points_left());
  ask(0);
  EXPECT_EQ(limiter_->points_left(), 0);
  EXPECT_EQ(limiter_->waiting().reason, WaitReason::kRateLimit);
  EXPECT_EQ(limiter_->waiting().left, Duration(10min));
  acquired();
  EXPECT_EQ(clock_.elapsed(), Duration(10min));
}

TEST_F(RateLimiterTest, TellsOfEachTokensHour) {
  start({.tokens = 2});
  EXPECT_THAT(limiter_->token_hours(), testing::Each(testing::Eq(std::nullopt)));
  ASSERT_EQ(ask(1'234, 10min), 0U);
  const Time renewed_at = clock_.now() + 10min;
  clock_.advance(1min);
  const auto hours = limiter_->token_hours();
  ASSERT_EQ(hours.size(), 2U);
  ASSERT_TRUE(hours[0]);
  EXPECT_EQ(hours[0]->points_left, 1'234);
  EXPECT_EQ(hours[0]->renewed_at, renewed_at);
  EXPECT_FALSE(hours[1]);
  clock_.advance(10min);
  EXPECT_EQ(limiter_->token_hours()[0]->points_left, 5'000);
  EXPECT_EQ(limiter_->token_hours()[0]->renewed_at, std::nullopt);
}

TEST_F(RateLimiterTest, CountsRequestsByHowTheyEnd) {
  start({});
  ask(100);
  ask(99);
  acquired().finish({.kind = Kind::kRefused});
  acquired();  // given up
  EXPECT_THAT(limiter_->ended(), testing::ElementsAre(2, 1, 0, 0, 1));
  std::set<std::string_view> names;
  for (const Kind kind : kRequestEnds) {
    names.insert(to_string(kind));
  }
  EXPECT_EQ(names.size(), kRequestEnds.size());
}

TEST_F(RateLimiterTest, SharesWhatIsLeftAmongThoseInFlight) {
  start({.reserve = 100});
  ask(103);
  const Permit first = acquired();
  const Permit second = acquired(2);
  EXPECT_TRUE(clock_.sleeps().empty());
  const Permit third = acquired();
  EXPECT_EQ(clock_.elapsed(), Duration(10min)) << "the last points above the reserve are in flight";
}

TEST_F(RateLimiterTest, RefusesToWaitTooLong) {
  start({.max_wait = 5min});
  ask(0);
  EXPECT_EQ(failure().code, ErrorCode::kRateLimited);
  EXPECT_THAT(failure().remedy, HasSubstr("MAX_WAIT_MINUTES"));
}

TEST_F(RateLimiterTest, SaysWhenTheReserveLeavesNothing) {
  start({.reserve = 5000});
  ask(5000);
  EXPECT_EQ(failure().code, ErrorCode::kRateLimited);
  EXPECT_THAT(failure().remedy, HasSubstr("RESERVE_POINTS"));
}

TEST_F(RateLimiterTest, AWaitEndsWhenToldToStop) {
  start({});
  ask(0);
  std::stop_source stop;
  stop.request_stop();
  const auto permit = limiter_->acquire(stop.get_token());
  ASSERT_FALSE(permit);
  EXPECT_EQ(permit.error().code, ErrorCode::kCancelled);
}

TEST_F(RateLimiterTest, DrawsTokensDownOneAfterTheOther) {
  start({.tokens = 2});
  EXPECT_EQ(ask(1), 0U);
  EXPECT_EQ(ask(0), 0U) << "the second is not asked before it is needed";
  EXPECT_EQ(ask(0, 50min), 1U);
  EXPECT_EQ(acquired().token(), 0U);
  EXPECT_EQ(clock_.elapsed(), Duration(10min)) << "the first reset is enough";
}

TEST_F(RateLimiterTest, SetsRefusedTokensAside) {
  start({.tokens = 2});
  limiter_->set_aside(0);
  EXPECT_EQ(acquired().token(), 1U);
  limiter_->set_aside(1);
  EXPECT_EQ(failure().code, ErrorCode::kUnauthenticated);
}

TEST_F(RateLimiterTest, NeverSpendsMoreThanItMay) {
  start({.max_points = 3});
  ask(4000);
  {
    Permit dear = acquired(2);
    dear.finish({.kind = Kind::kAnswered, .budget = {}, .retry_after = {}, .points = 1});
  }
  EXPECT_FALSE(limiter_->points_are_spent());
  acquired().finish({.kind = Kind::kUnavailable});  // may have been charged
  EXPECT_THAT(failure().describe(), HasSubstr("MAX_POINTS"));
  EXPECT_EQ(failure().code, ErrorCode::kRateLimited);
  EXPECT_TRUE(limiter_->points_are_spent());
}

TEST_F(RateLimiterTest, AnOutageThatLastsEndsEverything) {
  start({.max_wait = 1min});
  ask(4000);
  Error error;
  for (int i = 0; i < 50 && error.message.empty(); ++i) {
    auto permit = limiter_->acquire({});
    if (permit) {
      EXPECT_EQ(permit->is_probe(), i >= 5) << i;
      EXPECT_EQ(limiter_->is_in_doubt(), i >= 5) << i;
      permit->finish({.kind = Kind::kUnavailable});
    } else {
      error = permit.error();
    }
  }
  EXPECT_EQ(error.code, ErrorCode::kUnavailable);
  EXPECT_TRUE(error.general);
  EXPECT_EQ(clock_.elapsed(), Duration(35s)) << "5, 10 and 20 s; 40 more would be too long";
}

TEST_F(RateLimiterTest, SaysOnceWhatIsWaitedFor) {
  std::string log;
  configure_logging({.sink = [&](std::string_view line) { log += line; }});
  start({});
  ask(0);
  std::vector<std::jthread> workers;
  for (int i = 0; i < 10; ++i) {
    workers.emplace_back([&] {
      Permit permit = acquired();
      permit.finish({.kind = Kind::kAnswered,
                     .budget = RateBudget{5000, 4000, 1h},
                     .retry_after = {},
                     .points = 1});
    });
  }
  workers.clear();
  acquired().finish({.kind = Kind::kLimited, .budget = {}, .retry_after = 30s, .points = {}});
  EXPECT_EQ(limiter_->waiting().reason, WaitReason::kSecondaryLimit);
  acquired();
  configure_logging({});
  EXPECT_THAT(log, HasSubstr("waiting for GitHub's rate limit"));
  EXPECT_THAT(log, HasSubstr("seconds=600"));
  EXPECT_THAT(log, HasSubstr("2026-01-31T12:10:00Z"));
  EXPECT_THAT(log, HasSubstr("waiting for GitHub's secondary limit"));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2) << log;
}

TEST_F(RateLimiterTest, WakesThoseWhoWaitForAnAnswer) {
  start({.max_concurrent = 3});
  std::atomic<int> most = 0;
  std::atomic<int> now = 0;
  std::vector<std::jthread> workers;
  for (int worker = 0; worker < 10; ++worker) {
    workers.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        Permit permit = acquired();
        most = std::max(most.load(), ++now);
        std::this_thread::yield();
        --now;
        permit.finish({.kind = Kind::kAnswered, .budget = {}, .retry_after = {}, .points = 0});
      }
    });
  }
  workers.clear();
  EXPECT_LE(most, 3);
  EXPECT_TRUE(clock_.sleeps().empty());
}

}  // namespace
}  // namespace github_stats
