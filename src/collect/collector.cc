#include "collect/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "collect/checkpoint_keeper.h"
#include "collect/collection_run.h"
#include "collect/listing.h"
#include "collect/reconcile.h"
#include "collect/watermarks.h"

namespace github_stats {
namespace {

CollectionReport report_of(const CheckpointKeeper& keeper, const SelectionCounts& selection,
                           std::optional<Error> failure, std::stop_token stop) {
  CollectionReport report;
  report.checkpoint = keeper.stored();
  report.selection = selection;
  report.interrupted = stop.stop_requested() && !report.checkpoint.finished;
  if (!report.interrupted) {
    report.failure = std::move(failure);
  }
  return report;
}

}  // namespace

std::vector<const RepositoryProgress*> CollectionReport::failed() const {
  std::vector<const RepositoryProgress*> result;
  for (const RepositoryProgress& repository : checkpoint.repositories) {
    if (repository.state == RepositoryState::kFailed) {
      result.push_back(&repository);
    }
  }
  return result;
}

Collector::Collector(Fetcher& fetcher, ObjectStore& store, Clock& clock, CollectorOptions options,
                     ProgressObserver observe)
    : fetcher_(fetcher),
      store_(store),
      clock_(clock),
      options_(std::move(options)),
      observe_(std::move(observe)) {}

void Collector::begun(const Checkpoint& checkpoint) const {
  if (options_.on_begun) {
    options_.on_begun(checkpoint.collection_id);
  }
}

CollectionSettings Collector::settings_now() const {
  return {.github = options_.github,
          .store = store_.name(),
          .filter = {},
          .rows_per_chunk = static_cast<int64_t>(options_.rows_per_chunk),
          .compress = options_.compress,
          .privacy = options_.privacy,
          .privacy_key = options_.privacy == Privacy::kHashed
                             ? options_.pseudonyms->key_fingerprint()
                             : std::string()};
}

Status Collector::check_resumable(const CollectionSettings& begun) const {
  RETURN_IF_ERROR(check_same_place(begun, settings_now()));
  return check_same_key(begun, options_.pseudonyms ? options_.pseudonyms->key_fingerprint() : "");
}

CollectorOptions Collector::options_of(const CollectionSettings& begun) const {
  CollectorOptions options = options_;
  options.compress = begun.compress;
  if (options.privacy > begun.privacy) {
    log_warning("the collection goes on with the privacy it was begun with",
                {{"privacy", std::string(to_string(begun.privacy))},
                 {"asked_for", std::string(to_string(options.privacy))}});
  }
  options.privacy = begun.privacy;
  return options;
}

Result<CollectionReport> Collector::start(const CollectionRequest& request, std::stop_token stop) {
  Checkpoint checkpoint;
  checkpoint.started_at = std::chrono::floor<std::chrono::seconds>(clock_.now());
  checkpoint.command = request.command;
  checkpoint.settings = settings_now();
  checkpoint.settings.filter = request.filter;
  ASSIGN_OR_RETURN(const Listing listing, list_repositories(fetcher_, store_, request, stop));
  checkpoint.org = listing.owner;
  checkpoint.since = listing.since;
  checkpoint.until = listing.until;
  std::vector<int64_t> sizes;
  for (const ListedRepository& listed : listing.collected) {
    RepositoryProgress& added = checkpoint.repositories.emplace_back();
    added.id = listed.repository.id;
    added.name = listed.repository.name;
    added.since = listed.since;
    added.newest = listed.newest();
    added.begins_history = listed.begins_history;
    added.position.stop_before = listed.since;
    sizes.push_back(listed.repository.pull_requests);
  }

  if (request.from_watermarks && listing.without_watermark > 0) {
    log_info("repositories without a watermark are collected from the lookback's start on",
             {{"repositories", listing.without_watermark},
              {"since", format_time(listing.until - request.window)}});
  }

  CheckpointKeeper keeper(store_, clock_);
  RETURN_IF_ERROR(keeper.create(std::move(checkpoint)));
  begun(keeper.stored());
  log_debug("collection started", {{"collection_id", keeper.stored().collection_id},
                                   {"repositories", static_cast<int64_t>(sizes.size())}});
  CollectionRun run(fetcher_, store_, clock_, keeper, options_, std::move(sizes));
  auto failure = run.run(observe_, stop);
  CollectionReport report = report_of(keeper, listing.selection, std::move(failure), stop);
  report.hidden = listing.hidden;
  std::vector<Covered> unchanged;
  for (const ListedRepository& listed : listing.unchanged) {
    unchanged.push_back({.id = listed.repository.id,
                         .watermark = {.name = listed.repository.name,
                                       .from = listed.since,
                                       .until = listing.until,
                                       .newest = listed.newest()},
                         .begins_history = listed.begins_history});
  }
  return finish(std::move(report), std::move(unchanged), {});
}

Result<CollectionReport> Collector::resume(std::string_view org, std::string_view collection_id,
                                           std::stop_token stop) {
  CheckpointKeeper keeper(store_, clock_);
  RETURN_IF_ERROR(keeper.open(org, collection_id, [this](const Checkpoint& checkpoint) {
    return check_resumable(checkpoint.settings);
  }));
  const Checkpoint& checkpoint = keeper.stored();
  begun(checkpoint);
  std::set<std::string> begun_before;
  for (const RepositoryProgress& repository : checkpoint.repositories) {
    if (repository.state != RepositoryState::kPending) {
      begun_before.insert(repository.id);
    }
  }
  RETURN_IF_ERROR(update_watermarks(store_, checkpoint.org, [&](Watermarks& watermarks) {
    for (const RepositoryProgress& repository : checkpoint.repositories) {
      if (repository.state != RepositoryState::kDone) {
        watermarks.expect_name(repository.id, repository.name);
      }
    }
  }));
  const CollectorOptions options = options_of(checkpoint.settings);
  CollectionRun run(fetcher_, store_, clock_, keeper, options, {});
  auto failure = run.run(observe_, stop);
  return finish(report_of(keeper, {}, std::move(failure), stop), {}, begun_before);
}

CollectionReport Collector::finish(CollectionReport report, std::vector<Covered> covered,
                                   const std::set<std::string>& begun_before) {
  const Status moved = move_watermarks(report.checkpoint, std::move(covered), begun_before);
  if (!moved && !report.failure) {
    report.failure = moved.error();
  }
  return report;
}

Status Collector::move_watermarks(const Checkpoint& checkpoint, std::vector<Covered> covered,
                                  const std::set<std::string>& begun_before) {
  for (const RepositoryProgress& repository : checkpoint.repositories) {
    bool is_safe = repository.state == RepositoryState::kDone;
    if (is_safe && checkpoint.run > 1) {  // it may have been wiped since it was done
      ASSIGN_OR_RETURN(is_safe, has_all_chunks(store_, checkpoint, repository));
    }
    if (is_safe) {
      covered.push_back({.id = repository.id,
                         .watermark = {.name = repository.name,
                                       .from = repository.since,
                                       .until = checkpoint.until,
                                       .newest = repository.newest,
                                       .incomplete = repository.owed_numbers()},
                         .begins_history = repository.begins_history,
                         .keeps_name = begun_before.contains(repository.id)});
    }
  }
  return update_watermarks(store_, checkpoint.org, [&](Watermarks& watermarks) {
    for (const Covered& repository : covered) {
      const Watermark* known = watermarks.find(repository.id);
      if (repository.begins_history || known != nullptr) {
        Watermark watermark = repository.watermark;
        if (repository.keeps_name && known != nullptr) {
          watermark.name = known->name;
        }
        watermarks.cover(repository.id, watermark);
      }
    }
  });
}

}  // namespace github_stats
