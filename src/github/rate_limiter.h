// Who may ask GitHub now, and with which token.
//
// GitHub gives each user an hourly budget of GraphQL points and tells in every answer what is left
// of it and when it is renewed (x-ratelimit-* headers). Besides, secondary limits ask everybody to
// pause. All workers share one RateLimiter, so that what one of them is told all of them keep.
//
// Facts: docs.github.com, "Rate limits and query limits for the GraphQL API".
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

// What an answer said of its token's budget.
struct RateBudget {
  int64_t limit = 0;        // points an hour
  int64_t remaining = 0;    // points left until the reset
  Duration until_reset{0};  // by GitHub's own clock, so that ours need not agree with it
};

struct RateLimiterOptions {
  size_t tokens = 1;
  int64_t reserve = 0;  // points of each token's hour that are left untouched
  // Longest wait for a reset or a pause; a longer one fails with rate_limited.
  Duration max_wait = std::chrono::hours(2);
};

class RateLimiter {
 public:
  RateLimiter(Clock& clock, RateLimiterOptions options);

  // Waits until a request may be sent and gives the index of the token to send it with: the first
  // that has points left, so that tokens are drawn down one after the other. Fails with
  // rate_limited, unauthenticated (every token was set aside) or cancelled. Thread-safe, as are all
  // methods.
  Result<size_t> acquire(std::stop_token stop);

  // Records what an answer to a request with `token` said.
  void observe(size_t token, const RateBudget& budget);

  // Nobody asks anything for `duration` from now (a secondary limit).
  void pause(Duration duration);

  // The token was refused: it is not handed out again.
  void set_aside(size_t token);

  // Points left over all usable tokens; nothing while unknown.
  std::optional<int64_t> points_left() const;

  // How much longer everybody waits; zero when requests may go out.
  Duration waiting() const;

 private:
  struct Token {
    bool usable = true;
    bool known = false;  // a budget has been observed
    int64_t remaining = 0;
    Duration reset_at{0};  // on the clock's elapsed() scale
  };

  // The token to use, or how long to wait for one. Holds mutex_.
  struct Choice {
    std::optional<size_t> token;
    Duration wait{0};
    bool any_usable = false;
  };
  Choice choose(Duration now) const;

  Clock& clock_;
  const RateLimiterOptions options_;
  mutable std::mutex mutex_;
  std::vector<Token> tokens_;
  Duration paused_until_{0};
};

}  // namespace github_stats
