#include "cli/observed_run.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "cli/exit_code.h"
#include "cli/failure_log.h"
#include "cli/version.h"
#include "http/curl_client.h"
#include "http/retry.h"
#include "observe/webhook.h"

namespace github_stats {
namespace {

using Phase = Health::Phase;

RunResult result_of(int exit_code, bool stopped) {
  if (stopped || exit_code == kExitInterrupted) {
    return RunResult::kInterrupted;
  }
  if (exit_code == kExitDone) {
    return RunResult::kDone;
  }
  return exit_code == kExitPartly ? RunResult::kPartly : RunResult::kFailed;
}

RepositoriesNow repositories_of(const Checkpoint& checkpoint) {
  RepositoriesNow now;
  for (const RepositoryProgress& repository : checkpoint.repositories) {
    const bool is_done = repository.state == RepositoryState::kDone;
    const bool is_failed = repository.state == RepositoryState::kFailed;
    ++(is_done ? now.done : is_failed ? now.failed : now.to_go);
  }
  return now;
}

int64_t incomplete_of(const Checkpoint& checkpoint) {
  int64_t incomplete = 0;
  for (const RepositoryProgress& repository : checkpoint.repositories) {
    incomplete += std::ssize(repository.owed) + repository.unlisted;
  }
  return incomplete;
}

}  // namespace

ObservedRun::ObservedRun(Observation& observation, const Settings& settings, std::string command)
    : observation_(observation),
      settings_(settings),
      command_(std::move(command)),
      metrics_(observation.metrics().of(settings.github_org)),
      started_at_(system_clock().now()),
      started_(system_clock().elapsed()) {
  observation_.health().alive_in(Phase::kBeginning);
  metrics_.run_started();
}

void ObservedRun::begins(const GitHubConnection& github) {
  observation_.health().alive_in(Phase::kBeginning);
  github_ = &github;
  so_far_ = {};
  metrics_.collection_begins();
  count_requests();
}

void ObservedRun::count_requests() {
  const ApiUsage usage = github_->usage();
  so_far_.requests = usage.requests;
  so_far_.points = usage.points;
  const auto ended = github_->limiter().ended();
  for (size_t i = 0; i < ended.size(); ++i) {
    so_far_.answers[to_string(kRequestEnds[i])] = ended[i];
  }
  metrics_.collected(so_far_);
  std::vector<std::optional<TokenNow>> tokens;
  for (const auto& hour : github_->limiter().token_hours()) {
    tokens.push_back(hour ? std::optional(TokenNow{hour->points_left, hour->renewed_at})
                          : std::nullopt);
  }
  metrics_.tokens(tokens);
}

void ObservedRun::collecting(const CollectionProgress& progress) {
  const int64_t to_go =
      progress.repositories - progress.repositories_done - progress.repositories_failed;
  // What comes after the last repository gives no signs of life.
  observation_.health().alive_in(to_go > 0 ? Phase::kCollecting : Phase::kBeginning);
  metrics_.repositories({progress.repositories_done, progress.repositories_failed, to_go});
  so_far_.rows_collected = progress.written.rows;
  so_far_.chunks_written = progress.written.chunks;
  so_far_.bytes_written = progress.written.bytes;
  count_requests();
}

void ObservedRun::loads() { observation_.health().alive_in(Phase::kLoading); }

void ObservedRun::loading(const LoadProgress& progress) {
  observation_.health().alive_in(Phase::kLoading);
  so_far_.rows_loaded = progress.rows.rows;
  so_far_.chunks_loaded = progress.chunks;
  metrics_.collected(so_far_);
}

void ObservedRun::ended(const RunSummary& summary) {
  count_requests();
  github_ = nullptr;
  const Checkpoint& checkpoint = summary.report.checkpoint;
  if (summary.loaded) {
    for (const FailedLoad& failed : summary.loaded->report.failed) {
      metrics_.failed(failed.error.code);
    }
  }
  if (checkpoint.collection_id.empty()) {
    return;
  }
  const RepositoriesNow repositories = repositories_of(checkpoint);
  metrics_.repositories(repositories);
  metrics_.incomplete_pull_requests(incomplete_of(checkpoint));
  collection_id_ = checkpoint.collection_id;
  failed_repositories_ = repositories.failed;
  collected_until_ = std::max(collected_until_.value_or(checkpoint.until), checkpoint.until);
}

void ObservedRun::failed(const Error& error) {
  metrics_.failed(error.code);
  failure_ = error;
}

void ObservedRun::end(int exit_code, bool stopped, std::stop_token stop) {
  const RunResult result = result_of(exit_code, stopped);
  observation_.health().alive_in(Phase::kBeginning);
  metrics_.run_ended({.result = result,
                      .at = system_clock().now(),
                      .took = system_clock().elapsed() - started_,
                      .collected_until = collected_until_});
  if (result == RunResult::kInterrupted) {
    return;
  }
  const bool has_failed = result == RunResult::kFailed;
  const ErrorCode code = failure_ ? failure_->code : ErrorCode::kInternal;
  observation_.health().run_ended(settings_.github_org,
                                  has_failed ? std::optional(code) : std::nullopt);
  if (!has_failed) {
    failure_.reset();
  }
  if (!settings_.failure_webhook.empty()) {
    tell(exit_code, std::move(stop));
  }
}

void ObservedRun::tell(int exit_code, std::stop_token stop) {
  const std::string& org = settings_.github_org;
  std::optional<std::string> kind;
  if (result_of(exit_code, false) == RunResult::kFailed) {
    kind = failure_ ? failure_kind(*failure_) : "";
  }
  const auto due = observation_.notices().after_run(org, kind);
  if (!due) {
    return;
  }
  const FailureNotice notice{.kind = *due,
                             .command = command_,
                             .org = org,
                             .collection_id = collection_id_,
                             .exit_code = exit_code,
                             .failure = failure_,
                             .failed_repositories = failed_repositories_,
                             .started_at = started_at_,
                             .ended_at = system_clock().now()};
  const auto http = make_curl_client(std::string("github-stats/") + kVersion);
  Webhook webhook(*http, system_clock(), settings_.failure_webhook.reveal(), thread_random);
  const Status told = webhook.post(encode_notice(notice), std::move(stop));
  metrics_.told_of_failure(told.has_value());
  if (told) {
    observation_.notices().told(org, kind);
  } else {
    log_warning("the failure webhook could not be told", {{"collection_id", collection_id_},
                                                          {"code", to_string(told.error().code)},
                                                          {"reason", told.error().message}});
  }
}

}  // namespace github_stats
