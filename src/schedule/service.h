// Runs something again and again, as a schedule says, until it is told to stop. One run at a time:
// the next is planned when one has ended.
//
// Two clocks. Slots are moments of the wall clock (Clock::now), which may be set, while a wait is a
// length of time (Clock::elapsed), in which a machine that sleeps may not age. A wait therefore
// ends as soon as either clock says so, and the wall clock is looked at once a minute:
// - set forward, or the machine has slept: a slot that has passed is served at once, one run for
//   all that were missed;
// - set back: the run comes when it would have come, and the next slots are those of the new time;
// - corrected by less than a minute: as if nothing had happened (kClockCorrection).
// So no jump puts a run off for longer than from one slot to the next; at worst it brings one more,
// which does no harm: a run takes up where the last one ended, and nothing is decided by the time.
#pragma once

#include <functional>
#include <stop_token>

#include "base/clock.h"
#include "schedule/run_plan.h"

namespace github_stats {

// How long a wait goes on without a look at the wall clock.
inline constexpr Duration kLongestLookAway = std::chrono::minutes(1);

// Calls `run` whenever a run is due by `plan`, with why it is, and returns when `stop` is
// requested. During a run it is for the run to heed `stop`: its outcome does not count then. Logs
// when the next one is due. While it waits for that it calls `waits` once a kLongestLookAway, if
// there is one.
void run_service(Clock& clock, RunPlan& plan, const std::function<RunOutcome(DueReason)>& run,
                 std::stop_token stop, const std::function<void(Time due)>& waits = {});

}  // namespace github_stats
