#include "http/retry.h"

#include <algorithm>
#include <random>

namespace github_stats {
Duration doubled_wait(Duration first, Duration longest, int attempt) {
  Duration wait = first;
  for (int i = 1; i < attempt && wait < longest; ++i) {
    wait *= 2;
  }
  return std::min(wait, longest);
}

std::optional<Duration> wait_before_retry(const RetryPolicy& policy, const FailedAttempt& attempt,
                                          double random) {
  if (attempt.code != ErrorCode::kUnavailable && attempt.code != ErrorCode::kRateLimited) {
    return std::nullopt;
  }
  if (attempt.number >= policy.max_attempts) {
    return std::nullopt;
  }
  if (attempt.code == ErrorCode::kUnavailable && attempt.retry_after > policy.longest_asked_wait) {
    return std::nullopt;
  }
  const Duration ceiling = doubled_wait(policy.first_wait, policy.longest_wait, attempt.number);
  const auto jitter = Duration(static_cast<int64_t>(random * static_cast<double>(ceiling.count())));
  if (attempt.retry_after) {
    return *attempt.retry_after + jitter;
  }
  if (attempt.code == ErrorCode::kRateLimited && policy.rate_limit_wait) {
    return doubled_wait(*policy.rate_limit_wait, std::chrono::hours(1), attempt.number) + jitter;
  }
  return jitter;
}

double thread_random() {
  thread_local std::mt19937_64 engine{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

std::optional<ErrorCode> classify_status(int status) {
  switch (status) {
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kPermissionDenied;
    case 404:
    case 410:
      return ErrorCode::kNotFound;
    case 408:
      return ErrorCode::kUnavailable;
    case 409:
      return ErrorCode::kAlreadyExists;
    case 412:
      return ErrorCode::kPreconditionFailed;
    case 429:
      return ErrorCode::kRateLimited;
    default:
      break;
  }
  if (status < 400) {
    return std::nullopt;
  }
  return status >= 500 ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument;
}

}  // namespace github_stats
