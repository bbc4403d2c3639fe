#include "github/rate_limiter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace github_stats {
namespace {

int64_t seconds_of(Duration duration) {
  return std::chrono::ceil<std::chrono::seconds>(duration).count();
}

}  // namespace

RateLimiter::RateLimiter(Clock& clock, RateLimiterOptions options)
    : clock_(clock), options_(options), tokens_(options.tokens) {}

RateLimiter::Choice RateLimiter::choose(Duration now) const {
  Choice choice;
  std::optional<Duration> soonest;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    const Token& token = tokens_[i];
    if (!token.usable) {
      continue;
    }
    choice.any_usable = true;
    if (!token.known || token.remaining > options_.reserve || token.reset_at <= now) {
      if (paused_until_ > now) {
        choice.wait = paused_until_ - now;
      } else {
        choice.token = i;
      }
      return choice;
    }
    soonest = std::min(soonest.value_or(token.reset_at), token.reset_at);
  }
  choice.wait = std::max(soonest.value_or(now), paused_until_) - now;
  return choice;
}

Result<size_t> RateLimiter::acquire(std::stop_token stop) {
  while (true) {
    Choice choice;
    {
      const std::lock_guard lock(mutex_);
      const Duration now = clock_.elapsed();
      choice = choose(now);
      if (choice.token) {
        Token& token = tokens_[*choice.token];
        if (token.known && token.reset_at <= now) {
          token.known = false;  // a new hour has begun; the next answer tells its budget
        }
        --token.remaining;  // what is in flight counts until the answer says better
        return *choice.token;
      }
    }
    if (!choice.any_usable) {
      return fail(ErrorCode::kUnauthenticated, "GitHub refused every token",
                  "set GITHUB_TOKEN to a valid token");
    }
    if (choice.wait > options_.max_wait) {
      return fail(ErrorCode::kRateLimited,
                  fmt::format("GitHub's rate limit is used up for another {} s, longer than the "
                              "longest wait of {} s",
                              seconds_of(choice.wait), seconds_of(options_.max_wait)),
                  "resume later, or add a token");
    }
    log_info("waiting for GitHub's rate limit", {{"seconds", seconds_of(choice.wait)}});
    if (!clock_.sleep_for(choice.wait, stop)) {
      return fail(ErrorCode::kCancelled, "stopped while waiting for GitHub's rate limit");
    }
  }
}

void RateLimiter::observe(size_t token, const RateBudget& budget) {
  const std::lock_guard lock(mutex_);
  Token& state = tokens_[token];
  const Duration reset_at = clock_.elapsed() + budget.until_reset;
  // Answers overtake each other: within one hour the lowest figure is the newest.
  const bool same_hour = state.known && reset_at < state.reset_at + std::chrono::minutes(1);
  state.remaining = same_hour ? std::min(state.remaining + 1, budget.remaining) : budget.remaining;
  state.reset_at = reset_at;
  state.known = true;
}

void RateLimiter::pause(Duration duration) {
  const std::lock_guard lock(mutex_);
  paused_until_ = std::max(paused_until_, clock_.elapsed() + duration);
}

void RateLimiter::set_aside(size_t token) {
  const std::lock_guard lock(mutex_);
  tokens_[token].usable = false;
}

std::optional<int64_t> RateLimiter::points_left() const {
  const std::lock_guard lock(mutex_);
  std::optional<int64_t> sum;
  for (const Token& token : tokens_) {
    if (token.usable && token.known) {
      sum = sum.value_or(0) + std::max<int64_t>(token.remaining, 0);
    }
  }
  return sum;
}

Duration RateLimiter::waiting() const {
  const std::lock_guard lock(mutex_);
  const Choice choice = choose(clock_.elapsed());
  return choice.token ? Duration{0} : choice.wait;
}

}  // namespace github_stats
