#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <utility>

#include "base/clock.h"
#include "base/log.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/github_connection.h"
#include "cli/interrupt.h"
#include "cli/observation.h"
#include "cli/scheduled_run.h"
#include "http/retry.h"
#include "schedule/service.h"

namespace github_stats {
namespace {

// Whoever stops a service waits ten seconds before it does so by force (docker does).
constexpr std::chrono::seconds kGrace{9};

// Whether runs can begin with these settings; what they need is asked of nobody.
Status check_usable(const Settings& settings) {
  RETURN_IF_ERROR(check_privacy_key(settings));
  ASSIGN_OR_RETURN(const auto unused, GitHubConnection::open(settings));
  return {};
}

// The settings in effect, which can be read anew while a run goes on with those it began with.
class CurrentSettings {
 public:
  CurrentSettings(const Settings& settings, const SettingsReader& read)
      : read_(read), settings_(for_service(settings)) {}

  std::shared_ptr<const Settings> get() const {
    const std::lock_guard lock(mutex_);
    return settings_;
  }

  void read_again() {
    auto read = read_();
    if (read) {
      if (Status usable = check_usable(*read); !usable) {
        read = tl::unexpected<Error>(std::move(usable).error());
      }
    }
    if (!read) {
      log_error("the settings stay as they were", {{"reason", read.error().describe()}});
      return;
    }
    const std::lock_guard lock(mutex_);
    settings_ = for_service(*std::move(read));
    log_info("the settings were read again, for the next run on");
  }

 private:
  // Nobody watches.
  static std::shared_ptr<const Settings> for_service(Settings settings) {
    settings.progress = false;
    return std::make_shared<const Settings>(std::move(settings));
  }

  const SettingsReader& read_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Settings> settings_;
};

Result<Schedule> schedule_of(const CommandOptions& options) {
  if (!options.cron.empty()) {
    ASSIGN_OR_RETURN(const CronTimes times, CronTimes::parse(options.cron));
    return Schedule::at(times);
  }
  const std::chrono::duration<double, std::ratio<3600>> hours(options.interval_hours);
  return Schedule::every(std::chrono::round<std::chrono::seconds>(hours), system_clock().now());
}

void log_start(const CommandOptions& options, const Settings& settings) {
  log_info("service started",
           {{"org", settings.github_org},
            {"schedule", options.cron.empty() ? fmt::format("every {} h", options.interval_hours)
                                              : options.cron}});
}

int serve(const CommandOptions& options, CurrentSettings& current, const Schedule& schedule,
          Observation& observation) {
  const InterruptHandler interrupt(
      {.exit_code = kExitDone, .grace = kGrace, .on_hangup = [&] { current.read_again(); }});
  log_start(options, *current.get());
  ScheduledRuns runs(options, observation, interrupt.token());
  RunPlan plan(schedule, std::chrono::minutes(options.jitter_minutes), thread_random);
  run_service(
      system_clock(), plan,
      [&] { return is_done(runs.run(current.get())) ? RunOutcome::kDone : RunOutcome::kFailed; },
      interrupt.token(), [&](Time due) { observation.waits(current.get()->github_org, due); });
  log_info("service stopped");
  return kExitDone;
}

}  // namespace

int run_scheduled(const Settings& settings, const CommandOptions& options,
                  const SettingsReader& read_again) {
  if (const Status usable = check_usable(settings); !usable) {
    return report_failure(usable.error());
  }
  const auto schedule = schedule_of(options);
  if (!schedule) {
    return report_failure(schedule.error());
  }
  const auto observation = Observation::open(settings);
  if (!observation) {
    return report_failure(observation.error());
  }
  CurrentSettings current(settings, read_again);
  if (options.once) {
    const InterruptHandler interrupt({.grace = kGrace});
    return ScheduledRuns(options, **observation, interrupt.token()).run(current.get());
  }
  return serve(options, current, *schedule, **observation);
}

}  // namespace github_stats
