#include "http/retry.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using namespace std::chrono_literals;

// Every decision: by code, by attempt, and by what the server asked for.
TEST(WaitBeforeRetry, FollowsTheTable) {
  const RetryPolicy policy{
      .max_attempts = 5, .first_wait = 1s, .longest_wait = 5s, .longest_asked_wait = 5min};
  constexpr double kHalf = 0.5;  // of the attempt's ceiling, as jitter
  using Wait = std::optional<Duration>;
  const Wait no;
  const struct {
    ErrorCode code;
    Wait retry_after;
    Wait waits[6];  // after the 1st, 2nd, ... attempt
  } table[] = {
      {ErrorCode::kUnavailable, no, {500ms, 1s, 2s, 2500ms, no, no}},
      {ErrorCode::kUnavailable, 0s, {500ms, 1s, 2s, 2500ms, no, no}},
      {ErrorCode::kUnavailable, 90s, {90500ms, 91s, 92s, 92500ms, no, no}},
      {ErrorCode::kUnavailable, 5min, {300500ms, 301s, 302s, 302500ms, no, no}},
      {ErrorCode::kUnavailable, 301s, {no, no, no, no, no, no}},  // too long to be worth it
      {ErrorCode::kRateLimited, no, {60500ms, 121s, 242s, 482500ms, no, no}},
      {ErrorCode::kRateLimited, 0s, {500ms, 1s, 2s, 2500ms, no, no}},
      {ErrorCode::kRateLimited, 7s, {7500ms, 8s, 9s, 9500ms, no, no}},
      {ErrorCode::kRateLimited, 2h, {7200500ms, 7201s, 7202s, 7202500ms, no, no}},
      {ErrorCode::kInvalidArgument, no, {}},
      {ErrorCode::kUnauthenticated, no, {}},
      {ErrorCode::kPermissionDenied, no, {}},
      {ErrorCode::kNotFound, no, {}},
      {ErrorCode::kAlreadyExists, no, {}},
      {ErrorCode::kPreconditionFailed, no, {}},
      {ErrorCode::kCancelled, no, {}},
      {ErrorCode::kDataLoss, no, {}},
      {ErrorCode::kInternal, no, {}},
      {ErrorCode::kUnauthenticated, 7s, {}},  // being asked to wait makes nothing worth it
      {ErrorCode::kPermissionDenied, 7s, {}},
      {ErrorCode::kCancelled, 7s, {}},
      {ErrorCode::kInternal, 7s, {}},
  };
  for (const auto& row : table) {
    for (int attempt = 1; attempt <= 6; ++attempt) {
      EXPECT_EQ(wait_before_retry(policy, {row.code, attempt, row.retry_after}, kHalf),
                row.waits[attempt - 1])
          << to_string(row.code) << " attempt " << attempt;
      const Wait without = wait_before_retry(policy, {row.code, attempt, row.retry_after}, 0);
      EXPECT_EQ(without.has_value(), row.waits[attempt - 1].has_value());
      EXPECT_GE(without.value_or(24h), row.retry_after.value_or(0s)) << "what was asked is a floor";
    }
  }
}

TEST(WaitBeforeRetry, ARateLimitCanBeTroubleLikeAnyOther) {
  const RetryPolicy policy{.first_wait = 1s, .rate_limit_wait = std::nullopt};
  EXPECT_EQ(wait_before_retry(policy, {ErrorCode::kRateLimited, 1, {}}, 0.5), 500ms);
  EXPECT_EQ(wait_before_retry(policy, {ErrorCode::kRateLimited, 1, 7s}, 0.5), 7500ms);
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
