#include "cli/scheduled_rounds.h"

#include "cli/organisations.h"

namespace github_stats {

int ScheduledRounds::run_all(const SharedSettings& all) {
  done_.clear();
  return run_failed(all);
}

int ScheduledRounds::run_failed(const SharedSettings& all) {
  int worst = kExitDone;
  for (const auto& settings : all) {
    if (stop_.stop_requested()) {
      return kExitInterrupted;
    }
    if (!done_.contains(settings->github_org)) {
      worst = worse_of(worst, run(settings));
    }
  }
  return worst;
}

int ScheduledRounds::run(const std::shared_ptr<const Settings>& settings) {
  const std::string& org = settings->github_org;
  const auto [runs, is_new] =
      runs_.try_emplace(org, options_for(*settings, options_), observation_, stop_);
  const int code = runs->second.run(settings);
  if (is_done(code)) {
    done_.insert(org);
  }
  return code;
}

}  // namespace github_stats
