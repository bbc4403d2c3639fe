// Who may ask GitHub now, and with which token.
//
// GitHub gives each user an hourly budget of GraphQL points and tells in every answer what is left
// of it and when it is renewed (x-ratelimit-* headers); it allows so many requests at once and so
// many points a minute; its secondary limits ask everybody to pause; and at times it is down. All
// workers share one RateLimiter, so that what one of them is told all of them keep. What it decides
// is in limits.h; here is the waiting.
//
// Facts: docs.github.com, "Rate limits and query limits for the GraphQL API".
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "github/limits.h"

namespace github_stats {

class RateLimiter;

// Leave to send one request. It counts as under way until finish(), or until the permit goes, which
// is as if it had been given up. Outlived by its limiter.
class Permit {
 public:
  Permit(RateLimiter& limiter, const Limits::Ticket& ticket)
      : limiter_(&limiter), ticket_(ticket) {}
  Permit(Permit&& other) noexcept
      : limiter_(std::exchange(other.limiter_, nullptr)), ticket_(other.ticket_) {}
  Permit& operator=(Permit&&) = delete;
  Permit(const Permit&) = delete;
  Permit& operator=(const Permit&) = delete;
  ~Permit() { finish({}); }

  // The token to send it with.
  size_t token() const { return ticket_.token; }

  // GitHub may be down: a small request goes out instead of the one that was meant, and leave for
  // that is asked for anew.
  bool is_probe() const { return ticket_.is_probe; }

  // How the request ended. Only the first call counts.
  void finish(const RequestOutcome& outcome);

 private:
  RateLimiter* limiter_;
  const Limits::Ticket ticket_;
};

class RateLimiter {
 public:
  RateLimiter(Clock& clock, RateLimiterOptions options);

  // Waits until a request that is expected to cost `points` may be sent. Fails with rate_limited
  // (the wait exceeds max_wait, or max_points are spent), unauthenticated (every token was set
  // aside), unavailable (an outage lasts; Error::general) or cancelled. Thread-safe, as are all
  // methods.
  Result<Permit> acquire(std::stop_token stop, int64_t points = 1);

  // The token was refused: it is not handed out again.
  void set_aside(size_t token);

  // Requests fail in a row, and a probe is to tell whether GitHub is down: a failure now may not be
  // the request's own.
  bool is_in_doubt() const;

  // acquire() has failed because max_points are spent.
  bool points_are_spent() const;

  // Points left over all usable tokens; nothing while unknown.
  std::optional<int64_t> points_left() const;

  // What is known of each token's hour, by its place; nothing while unknown, or where there is no
  // limit.
  struct TokenHour {
    int64_t points_left = 0;
    std::optional<Time> renewed_at;  // nothing: it has been

    bool operator==(const TokenHour&) const = default;
  };
  std::vector<std::optional<TokenHour>> token_hours() const;

  // Requests by how they ended, in the order of kRequestEnds.
  std::array<int64_t, kRequestEnds.size()> ended() const;

  // What everybody waits for, and for how much longer; nothing when requests may go out.
  struct Waiting {
    WaitReason reason = WaitReason::kNothing;
    Duration left{0};
  };
  Waiting waiting() const;

 private:
  friend class Permit;
  void finish(const Limits::Ticket& ticket, const RequestOutcome& outcome);
  void announce(const Limits::Decision& decision, Duration now);
  bool wait(std::unique_lock<std::mutex>& lock, const Limits::Decision& decision, Duration now,
            std::stop_token stop);

  Clock& clock_;
  mutable std::mutex mutex_;
  Limits limits_;
  bool points_are_spent_ = false;
  uint64_t ended_ = 0;  // requests; those who wait for an answer look at it
  std::condition_variable_any changed_;
  std::stop_source end_of_sleep_;  // requested, and replaced, when a request ends
  // What was said last, so that it is said once.
  WaitReason announced_ = WaitReason::kNothing;
  Duration announced_until_{0};
};

}  // namespace github_stats
