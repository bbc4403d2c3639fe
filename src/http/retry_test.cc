#include "http/retry.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using namespace std::chrono_literals;

TEST(WaitBeforeRetry, FollowsTheTable) {
  const RetryPolicy policy{.max_attempts = 5, .first_wait = 1s, .longest_wait = 5s};
  const struct {
    FailedAttempt attempt;
    double random;
    std::optional<Duration> wait;
  } cases[] = {
      {{ErrorCode::kUnavailable, 1, {}}, 0.0, 0s},
      {{ErrorCode::kUnavailable, 1, {}}, 0.5, 500ms},
      {{ErrorCode::kUnavailable, 2, {}}, 0.5, 1s},
      {{ErrorCode::kUnavailable, 3, {}}, 0.5, 2s},
      {{ErrorCode::kUnavailable, 4, {}}, 0.5, 2500ms},  // the ceiling is reached
      {{ErrorCode::kUnavailable, 5, {}}, 0.5, std::nullopt},
      {{ErrorCode::kUnavailable, 1, 90s}, 0.0, 90s},  // what the server asked for is a floor
      {{ErrorCode::kUnavailable, 2, 90s}, 0.5, 91s},
      {{ErrorCode::kUnavailable, 1, 24h}, 0.0, std::nullopt},  // too long to be worth waiting
      {{ErrorCode::kRateLimited, 1, 7s}, 0.0, 7s},
      {{ErrorCode::kRateLimited, 1, {}}, 0.0, 60s},
      {{ErrorCode::kRateLimited, 2, {}}, 0.5, 121s},
      {{ErrorCode::kRateLimited, 5, 7s}, 0.0, std::nullopt},
      {{ErrorCode::kNotFound, 1, {}}, 0.5, std::nullopt},
      {{ErrorCode::kUnauthenticated, 1, 7s}, 0.5, std::nullopt},
      {{ErrorCode::kCancelled, 1, {}}, 0.5, std::nullopt},
      {{ErrorCode::kDataLoss, 1, {}}, 0.5, std::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(wait_before_retry(policy, c.attempt, c.random), c.wait)
        << to_string(c.attempt.code) << " attempt " << c.attempt.number;
  }
}

TEST(WaitBeforeRetry, DoesNotOverflowAfterManyAttempts) {
  const RetryPolicy patient{.max_attempts = 1'000'000, .first_wait = 1s, .longest_wait = 60s};
  EXPECT_LE(wait_before_retry(patient, {ErrorCode::kUnavailable, 999'998, {}}, 0.999), 60s);
}

TEST(ClassifyStatus, TellsPassingTroubleFromLasting) {
  for (const int status : {200, 204, 304}) {
    EXPECT_FALSE(classify_status(status)) << status;
  }
  for (const int status : {408, 500, 502, 503, 504, 599}) {
    EXPECT_EQ(classify_status(status), ErrorCode::kUnavailable) << status;
  }
  EXPECT_EQ(classify_status(429), ErrorCode::kRateLimited);
  EXPECT_EQ(classify_status(401), ErrorCode::kUnauthenticated);
  EXPECT_EQ(classify_status(403), ErrorCode::kPermissionDenied);
  EXPECT_EQ(classify_status(404), ErrorCode::kNotFound);
  EXPECT_EQ(classify_status(400), ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace github_stats
