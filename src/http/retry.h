// When to try again, decided by a pure function: no I/O, no clock, no state.
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

struct RetryPolicy {
  int max_attempts = 6;                                  // the first included
  Duration first_wait = std::chrono::milliseconds(500);  // doubles with each attempt
  Duration longest_wait = std::chrono::seconds(60);
  // Where a rate limit is waited for from, doubling, when the server did not say; nothing: it is
  // waited for like any other trouble.
  std::optional<Duration> rate_limit_wait = std::chrono::minutes(1);
  // A server in trouble that asks for a longer pause than this is given up on.
  Duration longest_asked_wait = std::chrono::minutes(5);
};

struct FailedAttempt {
  ErrorCode code = ErrorCode::kUnavailable;
  int number = 1;                       // 1 for the first attempt
  std::optional<Duration> retry_after;  // what the server asked for
};

// How long to wait before the next attempt; nothing: give up.
//
// Only unavailable and rate_limited are worth another attempt. The wait is exponential with full
// jitter: `random` (in [0, 1)) of the attempt's ceiling, so that clients that failed together do
// not come back together. What the server asked for is a floor, and may exceed longest_wait. A rate
// limit is waited for as long as attempts last; it starts from a minute where the server did not
// say (GitHub's documentation of secondary limits), unless the policy says otherwise.
std::optional<Duration> wait_before_retry(const RetryPolicy& policy, const FailedAttempt& attempt,
                                          double random);

// A source of jitter: in [0, 1), different in every process. Thread-safe.
double thread_random();

// first × 2^(attempt − 1), at most `longest`; attempts are counted from 1.
Duration doubled_wait(Duration first, Duration longest, int attempt);

// What an HTTP status means to a client: nothing for 1xx to 3xx.
std::optional<ErrorCode> classify_status(int status);

}  // namespace github_stats
