#include "schedule/service.h"

#include <algorithm>

#include "base/log.h"

namespace github_stats {
namespace {

// False when `stop` ended the wait.
bool wait_until(Clock& clock, Time due, const std::stop_token& stop,
                const std::function<void(Time due)>& waits) {
  const Duration deadline = clock.elapsed() + (due - clock.now());
  while (!stop.stop_requested()) {
    const Duration left = std::min(due - clock.now(), deadline - clock.elapsed());
    if (left <= Duration(0)) {
      return true;
    }
    if (waits) {
      waits(due);
    }
    clock.sleep_for(std::min(left, kLongestLookAway), stop);
  }
  return false;
}

void log_due(const DueRun& due, int64_t failures) {
  const std::string at = format_time(std::chrono::ceil<std::chrono::seconds>(due.at));
  if (failures > 0) {
    log_info("next run",
             {{"due", at}, {"reason", to_string(due.reason)}, {"failed_in_a_row", failures}});
  } else {
    log_info("next run", {{"due", at}, {"reason", to_string(due.reason)}});
  }
}

}  // namespace

void run_service(Clock& clock, RunPlan& plan, const std::function<RunOutcome(DueReason)>& run,
                 std::stop_token stop, const std::function<void(Time due)>& waits) {
  DueRun due = plan.first(clock.now());
  for (;;) {
    log_due(due, plan.failures());
    if (!wait_until(clock, due.at, stop, waits)) {
      return;
    }
    const RunOutcome outcome = run(due.reason);
    if (stop.stop_requested()) {
      return;
    }
    due = plan.next(clock.now(), outcome);
  }
}

}  // namespace github_stats
