// GitHub's limits put together: may a request go out now, with which token, and if not, until when?
//
// Pure state: no clock, no lock, no waiting; times are on a clock's elapsed() scale and come from
// the caller. RateLimiter waits for what this decides.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "github/outage.h"
#include "github/point_window.h"
#include "github/secondary_limit.h"
#include "github/token_budget.h"

namespace github_stats {

struct RateLimiterOptions {
  size_t tokens = 1;
  int64_t reserve = 0;  // points of each token's hour that are left untouched
  // Longest wait for a reset, for pauses in a row, or for the end of an outage.
  Duration max_wait = std::chrono::hours(2);
  std::optional<int64_t> max_points;  // most points spent in all
  size_t max_concurrent = 100;        // requests under way
  int64_t points_per_minute = 2000;
};

enum class WaitReason {
  kNothing,
  kRateLimit,       // the hour's points are used up
  kSecondaryLimit,  // GitHub asked for a pause
  kOutage,          // GitHub is unavailable
  kPace,            // the minute's points, requests under way: seconds at most
};

// How a request ended.
struct RequestOutcome {
  enum class Kind {
    kAnswered,     // with a whole answer
    kRefused,      // the query or the token was refused: GitHub is there, and no limit was hit
    kLimited,      // it was told to slow down
    kUnavailable,  // no answer, a 5xx, or one that is none of GitHub's
    kUnknown,      // given up before it was answered
  };
  Kind kind = Kind::kUnknown;
  std::optional<RateBudget> budget;     // of its headers
  std::optional<Duration> retry_after;  // with kLimited
  std::optional<int64_t> points;        // what it cost, where the answer tells
};

inline constexpr std::array kRequestEnds = {
    RequestOutcome::Kind::kAnswered, RequestOutcome::Kind::kRefused, RequestOutcome::Kind::kLimited,
    RequestOutcome::Kind::kUnavailable, RequestOutcome::Kind::kUnknown};

// "answered", "refused", "limited", "unavailable", "unknown".
std::string_view to_string(RequestOutcome::Kind kind);

class Limits {
 public:
  explicit Limits(const RateLimiterOptions& options);

  struct Decision {
    enum class Kind {
      kGo,
      kProbe,  // a probe may go out, instead of the request itself: see Outage
      kWait,
      kFail,
    };
    Kind kind = Kind::kGo;
    size_t token = 0;
    WaitReason reason = WaitReason::kNothing;
    std::optional<Duration> until;  // nothing: until a request ends
    Error error = {};
    bool points_are_spent = false;  // kFail: max_points
  };

  // For a request that is expected to cost `points`. Tokens are drawn down one after the other, and
  // what is in flight counts as spent. Whoever waited asks again: nothing is promised by a wait.
  Decision decide(Duration now, int64_t points) const;

  // A request under way.
  struct Ticket {
    uint64_t serial = 0;
    size_t token = 0;
    int64_t points = 0;
    bool is_probe = false;
  };

  // The request that `decision` lets go goes out.
  Ticket begin(Duration now, const Decision& decision, int64_t points);
  void end(Duration now, const Ticket& ticket, const RequestOutcome& outcome);

  void set_aside(size_t token) { usable_[token] = false; }

  bool is_in_doubt() const { return outage_.is_in_doubt(); }
  std::optional<int64_t> points_left(Duration now) const;

  // By their places, those set aside included.
  const std::vector<TokenBudget>& tokens() const { return tokens_; }

  // Requests that ended so.
  int64_t ended(RequestOutcome::Kind kind) const { return ends_[static_cast<size_t>(kind)]; }

 private:
  std::optional<Decision> decide_spending(int64_t points) const;
  std::optional<Decision> decide_pause(Duration now) const;
  std::optional<Decision> decide_pace(Duration now, int64_t points) const;
  Decision decide_token(Duration now, int64_t points) const;
  Decision wait_until(Duration now, Duration until, WaitReason reason) const;
  void note(Duration now, const Ticket& ticket, const RequestOutcome& outcome, bool used_up);

  const RateLimiterOptions options_;
  std::vector<TokenBudget> tokens_;
  std::vector<bool> usable_;
  SecondaryLimit secondary_;
  Outage outage_;
  PointWindow minute_;
  uint64_t newest_ = 0;  // serial
  size_t in_flight_ = 0;
  int64_t points_in_flight_ = 0;
  int64_t points_spent_ = 0;
  std::array<int64_t, kRequestEnds.size()> ends_{};
  std::optional<Error> given_up_;
};

}  // namespace github_stats
