#include "schedule/run_plan.h"

#include <algorithm>
#include <utility>

namespace github_stats {
namespace {

// Beyond any time between two slots: doubling may stop here.
constexpr Duration kLongestRetry = std::chrono::hours(24 * 366);

}  // namespace

std::string_view to_string(DueReason reason) {
  switch (reason) {
    case DueReason::kStart:
      return "start";
    case DueReason::kSlot:
      return "schedule";
    case DueReason::kRetry:
      return "retry";
  }
  return "schedule";
}

RunPlan::RunPlan(Schedule schedule, Duration jitter, std::function<double()> random)
    : schedule_(schedule), jitter_(jitter), random_(std::move(random)) {}

DueRun RunPlan::first(Time now) {
  waited_for_ = now;
  return {with_jitter(now), DueReason::kStart};
}

DueRun RunPlan::next(Time now, RunOutcome outcome) {
  failures_ = outcome == RunOutcome::kFailed ? failures_ + 1 : 0;
  const Duration early = waited_for_ - now;
  const bool was_served = !is_retry_ && early > Duration(0) && early <= kClockCorrection;
  const Time slot = schedule_.next_after(was_served ? waited_for_ : now);
  const Time retry = now + retry_after();
  is_retry_ = failures_ > 0 && retry < slot;
  waited_for_ = slot;
  if (is_retry_) {
    return {retry, DueReason::kRetry};
  }
  return {with_jitter(slot), DueReason::kSlot};
}

Time RunPlan::with_jitter(Time slot) const {
  const Duration most = std::min(jitter_, schedule_.next_after(slot) - slot);
  if (most <= Duration(0)) {
    return slot;
  }
  const double part = std::clamp(random_(), 0.0, 1.0);
  return slot + Duration(static_cast<Duration::rep>(part * static_cast<double>(most.count())));
}

Duration RunPlan::retry_after() const {
  Duration wait = kFirstRetry;
  for (int64_t i = 1; i < failures_ && wait < kLongestRetry; ++i) {
    wait *= 2;
  }
  return wait;
}

}  // namespace github_stats
