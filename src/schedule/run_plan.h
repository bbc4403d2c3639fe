// When the next run is due, from how the last one ended. Knows the time only as it is told.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/clock.h"
#include "schedule/schedule.h"

namespace github_stats {

// How long after the first failure a run is tried again; twice that after the second, and so on.
inline constexpr Duration kFirstRetry = std::chrono::minutes(1);

// A wall clock that goes back no further than this was corrected, not set: the slot that has just
// been served is not served again. At most the least interval.
inline constexpr Duration kClockCorrection = std::chrono::minutes(1);

enum class RunOutcome { kDone, kFailed };

enum class DueReason { kStart, kSlot, kRetry };

std::string_view to_string(DueReason reason);

struct DueRun {
  Time at;
  DueReason reason = DueReason::kStart;
};

class RunPlan {
 public:
  // Every slot is put off by a random part of `jitter`, of which no more is taken than there is to
  // the next slot. `random` gives numbers in [0, 1).
  RunPlan(Schedule schedule, Duration jitter, std::function<double()> random);

  // The first run is due at once, but for the jitter: it makes up for whatever was missed.
  DueRun first(Time now);

  // The run that was due last has ended `now`. Slots that have passed meanwhile are missed, as one
  // run covers them all. A failed run is tried again before the next slot, if it comes to that.
  DueRun next(Time now, RunOutcome outcome);

  // Failed runs since one was done.
  int64_t failures() const { return failures_; }

 private:
  Time with_jitter(Time slot) const;
  Duration retry_after() const;

  const Schedule schedule_;
  const Duration jitter_;
  const std::function<double()> random_;
  Time waited_for_;  // the slot that follows the last run
  bool is_retry_ = false;
  int64_t failures_ = 0;
};

}  // namespace github_stats
