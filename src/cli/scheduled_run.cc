#include "cli/scheduled_run.h"

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "cli/environment.h"
#include "cli/observed_run.h"
#include "collect/store_summary.h"

namespace github_stats {
namespace {

constexpr std::string_view kCommand = "scheduled";

// Ids of the service's collections that were interrupted, oldest first.
Result<std::vector<std::string>> interrupted_collections(const Settings& settings,
                                                         const std::stop_token& stop) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings, stop));
  ASSIGN_OR_RETURN(const std::string org, stored_organisation(*store, settings.github_org));
  ASSIGN_OR_RETURN(const auto open, open_collections(*store, org));
  std::vector<std::string> ids;
  for (const OpenCollection& collection : open) {
    if (collection.command == kCommand && collection.to_go > 0) {
      ids.push_back(collection.id);
    }
  }
  std::ranges::reverse(ids);
  return ids;
}

// Whether the failure is that collection's own, so that a new one may do better.
bool is_of_collection(ErrorCode code) {
  return code == ErrorCode::kInvalidArgument || code == ErrorCode::kNotFound ||
         code == ErrorCode::kDataLoss || code == ErrorCode::kInternal;
}

}  // namespace

int ScheduledRuns::run(const std::shared_ptr<const Settings>& settings) {
  may_have_left_ = may_have_left_ || settings != settings_;
  settings_ = settings;
  configure_logging({settings->log_level, settings->log_format});
  log_info("run started", {{"org", settings->github_org}});
  const Duration began = system_clock().elapsed();
  ObservedRun observed(observation_, *settings, std::string(kCommand));
  const CollectingEnd end =
      collect(*settings, {.command = std::string(kCommand),
                          .stop = stop_,
                          .report = [this](const Error& error) { return report(error); },
                          .is_attended = false,
                          .observed = &observed});
  std::fflush(stdout);  // or it stays here for hours
  may_have_left_ = end.exit_code != kExitDone;
  if (is_done(end.exit_code)) {
    failures_.forget();
  }
  log_event(is_done(end.exit_code) ? LogLevel::kInfo : LogLevel::kWarning, "run ended",
            {{"org", settings->github_org},
             {"collection_id", end.collection_id},
             {"exit_code", end.exit_code},
             {"seconds", (system_clock().elapsed() - began) / std::chrono::seconds(1)}});
  observed.end(end.exit_code, stop_.stop_requested(), stop_);
  return end.exit_code;
}

CollectingEnd ScheduledRuns::collect(const Settings& settings, const CollectingRun& how) {
  if (may_have_left_) {
    if (auto end = go_on(settings, how)) {
      return *std::move(end);
    }
  }
  return collect_since_watermarks(settings, options_, how);
}

std::optional<CollectingEnd> ScheduledRuns::go_on(const Settings& settings,
                                                  const CollectingRun& how) {
  const auto ids = interrupted_collections(settings, stop_);
  if (!ids) {
    return CollectingEnd{how.fail(ids.error()), {}};
  }
  CommandOptions options = options_;
  for (const std::string& id : *ids) {
    log_info("going on with a collection that was interrupted", {{"collection_id", id}});
    options.collection_id = id;
    failure_.reset();
    CollectingEnd end = go_on_with_collection(settings, options, how);
    if (stop_.stop_requested() || (failure_ && !is_of_collection(*failure_))) {
      return end;
    }
  }
  return std::nullopt;
}

int ScheduledRuns::report(const Error& error) {
  if (stop_.stop_requested()) {
    return kExitInterrupted;
  }
  failure_ = error.code;
  failures_.say(error);
  return exit_code_for(error);
}

}  // namespace github_stats
