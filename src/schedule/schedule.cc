#include "schedule/schedule.h"

namespace github_stats {

Time Schedule::next_after(Time time) const {
  if (const auto* times = std::get_if<CronTimes>(&slots_)) {
    return times->next_after(time);
  }
  const auto& [interval, start] = std::get<Every>(slots_);
  const Duration since_start = time - start;
  const Duration since_slot = since_start % interval;  // negative before the start
  const Duration into_slot = since_slot < Duration(0) ? since_slot + interval : since_slot;
  return time - into_slot + interval;
}

}  // namespace github_stats
