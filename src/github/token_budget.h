// One token's hour: what GitHub says is left of it, less what is in flight.
//
// Pure state: times are on a clock's elapsed() scale and come from the caller. Requests are known
// by serial numbers that grow in the order in which they are sent.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace github_stats {

// What an answer said of its token's budget.
struct RateBudget {
  int64_t limit = 0;        // points an hour
  int64_t remaining = 0;    // points left until the reset
  Duration until_reset{0};  // by GitHub's own clock, so that ours need not agree with it
};

class TokenBudget {
 public:
  // `reserve`: points of the hour that are left untouched.
  explicit TokenBudget(int64_t reserve) : reserve_(reserve) {}

  enum class Verdict {
    kGo,
    kWaitForAnswer,  // nothing is known of the hour, and a request that will tell is in flight
    kWaitForReset,   // at reset_at(); an answer may tell of more before
    kNever,          // the reserve leaves less of an hour than that
  };
  Verdict verdict(Duration now, int64_t points) const;
  Duration reset_at() const { return reset_at_; }

  // The server answers without telling of limits (an Enterprise Server may).
  bool has_no_limit() const { return knowledge_ == Knowledge::kNoLimit; }

  // A request that is expected to cost `points` goes out.
  void begin(Duration now, uint64_t serial, int64_t points);

  struct End {
    uint64_t serial = 0;
    int64_t points = 0;     // as in begin()
    uint64_t newest = 0;    // the serial given out last, over all tokens
    bool answered = false;  // a whole answer came; without a budget: the server keeps no limits
    bool used_up = false;   // it was refused because the hour is used up
    bool free = false;      // it certainly cost nothing
    std::optional<RateBudget> budget;
  };
  void end(Duration now, const End& end);

  // Points left, the reserve included; nothing while unknown, or where there is no limit.
  std::optional<int64_t> points_left(Duration now) const;

  // When they are renewed; nothing when they have been, or it is not known.
  std::optional<Duration> renewed_at(Duration now) const {
    return is_known(now) ? std::optional(reset_at_) : std::nullopt;
  }

 private:
  enum class Knowledge { kNone, kBudget, kNoLimit };
  // Points of a request that got no answer: GitHub may have charged them. An answer to a request
  // that was sent later has them in its figure.
  struct Uncertain {
    uint64_t newest = 0;
    int64_t points = 0;
  };

  bool is_known(Duration now) const { return knowledge_ == Knowledge::kBudget && now < reset_at_; }
  int64_t available() const;
  void observe(Duration now, uint64_t serial, const RateBudget& budget);

  const int64_t reserve_;
  Knowledge knowledge_ = Knowledge::kNone;
  int64_t limit_ = 0;
  int64_t remaining_ = 0;
  Duration reset_at_{0};
  int64_t in_flight_ = 0;          // points
  std::optional<uint64_t> first_;  // in flight: the request whose answer will tell of the hour
  std::vector<Uncertain> uncertain_;
};

}  // namespace github_stats
