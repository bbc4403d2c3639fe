// The moments at which runs are due: slots, as if nothing ever took time or failed.
#pragma once

#include <variant>

#include "base/clock.h"
#include "schedule/cron.h"

namespace github_stats {

class Schedule {
 public:
  // Slots at start + n * interval, for every whole n, so that they do not drift however long runs
  // take. `interval` is above 0.
  static Schedule every(Duration interval, Time start) { return Schedule(Every{interval, start}); }
  static Schedule at(const CronTimes& times) { return Schedule(times); }

  // The first slot after `time`, which may be before the start.
  Time next_after(Time time) const;

 private:
  struct Every {
    Duration interval;
    Time start;
  };

  explicit Schedule(std::variant<Every, CronTimes> slots) : slots_(slots) {}

  std::variant<Every, CronTimes> slots_;
};

}  // namespace github_stats
