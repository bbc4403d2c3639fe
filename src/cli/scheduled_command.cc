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
#include "cli/organisations.h"
#include "cli/scheduled_rounds.h"
#include "http/retry.h"
#include "schedule/service.h"

namespace github_stats {
namespace {

// Whoever stops a service waits ten seconds before it does so by force (docker does).
constexpr std::chrono::seconds kGrace{9};

// Whether runs can begin with these settings; what they need is asked of nobody.
Status check_usable(const std::vector<Settings>& all, const CommandOptions& options) {
  RETURN_IF_ERROR(check_summary_file(all, options));
  for (const Settings& settings : all) {
    RETURN_IF_ERROR(check_privacy_key(settings));
    ASSIGN_OR_RETURN(const auto unused, GitHubConnection::open(settings));
  }
  return {};
}

// The settings in effect, which can be read anew while a run goes on with those it began with.
class CurrentSettings {
 public:
  CurrentSettings(const std::vector<Settings>& all, const CommandOptions& options,
                  const SettingsReader& read)
      : options_(options), read_(read), settings_(for_service(all)) {}

  SharedSettings get() const {
    const std::lock_guard lock(mutex_);
    return settings_;
  }

  void read_again() {
    auto read = read_();
    if (read) {
      if (Status usable = check_usable(*read, options_); !usable) {
        read = tl::unexpected<Error>(std::move(usable).error());
      }
    }
    if (!read) {
      log_error("the settings stay as they were", {{"reason", read.error().describe()}});
      return;
    }
    const std::lock_guard lock(mutex_);
    settings_ = for_service(*read);
    log_info("the settings were read again, for the next run on");
  }

 private:
  // Nobody watches.
  static SharedSettings for_service(const std::vector<Settings>& all) {
    SharedSettings shared;
    shared.reserve(all.size());
    for (Settings settings : all) {
      settings.progress = false;
      shared.push_back(std::make_shared<const Settings>(std::move(settings)));
    }
    return shared;
  }

  const CommandOptions& options_;
  const SettingsReader& read_;
  mutable std::mutex mutex_;
  SharedSettings settings_;
};

Result<Schedule> schedule_of(const CommandOptions& options) {
  if (!options.cron.empty()) {
    ASSIGN_OR_RETURN(const CronTimes times, CronTimes::parse(options.cron));
    return Schedule::at(times);
  }
  const std::chrono::duration<double, std::ratio<3600>> hours(options.interval_hours);
  return Schedule::every(std::chrono::round<std::chrono::seconds>(hours), system_clock().now());
}

void log_start(const CommandOptions& options, const SharedSettings& all) {
  std::vector<std::string> names;
  names.reserve(all.size());
  for (const auto& settings : all) {
    names.push_back(settings->github_org);
  }
  log_info("service started",
           {{"org", fmt::format("{}", fmt::join(names, ","))},
            {"schedule", options.cron.empty() ? fmt::format("every {} h", options.interval_hours)
                                              : options.cron}});
}

int serve(const CommandOptions& options, CurrentSettings& current, const Schedule& schedule,
          Observation& observation) {
  const InterruptHandler interrupt(
      {.exit_code = kExitDone, .grace = kGrace, .on_hangup = [&] { current.read_again(); }});
  log_start(options, current.get());
  ScheduledRounds rounds(options, observation, interrupt.token());
  RunPlan plan(schedule, std::chrono::minutes(options.jitter_minutes), thread_random);
  const auto run = [&](DueReason reason) {
    const int code = reason == DueReason::kRetry ? rounds.run_failed(current.get())
                                                 : rounds.run_all(current.get());
    return is_done(code) ? RunOutcome::kDone : RunOutcome::kFailed;
  };
  run_service(system_clock(), plan, run, interrupt.token(), [&](Time due) {
    for (const auto& settings : current.get()) {
      observation.waits(settings->github_org, due);
    }
  });
  log_info("service stopped");
  return kExitDone;
}

}  // namespace

int run_scheduled(const std::vector<Settings>& all, const CommandOptions& options,
                  const SettingsReader& read_again) {
  if (const Status usable = check_usable(all, options); !usable) {
    return report_failure(usable.error());
  }
  const auto schedule = schedule_of(options);
  if (!schedule) {
    return report_failure(schedule.error());
  }
  const auto observation = Observation::open(all);
  if (!observation) {
    return report_failure(observation.error());
  }
  CurrentSettings current(all, options, read_again);
  if (options.once) {
    const InterruptHandler interrupt({.grace = kGrace});
    return ScheduledRounds(options, **observation, interrupt.token()).run_all(current.get());
  }
  return serve(options, current, *schedule, **observation);
}

}  // namespace github_stats
