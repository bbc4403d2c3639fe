#include "collect/collector.h"

#include <fmt/format.h>

#include <set>

#include "base/log.h"
#include "collect/checkpoint_keeper.h"
#include "collect/collection_run.h"

namespace github_stats {
namespace {

struct Listing {
  std::string owner;
  std::vector<Repository> collected;
  std::vector<std::string> hidden;
  SelectionCounts selection;
};

Result<Listing> list_all(Fetcher& fetcher, const CollectionRequest& request, std::stop_token stop) {
  Listing listing;
  std::set<std::string> ids;
  std::optional<std::string> after = "";
  while (after) {
    ASSIGN_OR_RETURN(RepositoryPage page, fetcher.list_repositories(request.org, *after, stop));
    listing.owner = page.owner;
    listing.hidden.insert(listing.hidden.end(), page.hidden.begin(), page.hidden.end());
    for (Repository& repository : page.repositories) {
      if (!ids.insert(repository.id).second) {
        continue;  // renamed while the list was read: it is there under both names
      }
      const Selection selection = select(request.filter, repository, request.since);
      listing.selection.count(selection);
      if (selection == Selection::kCollected) {
        listing.collected.push_back(std::move(repository));
      }
    }
    after = std::move(page.next);
  }
  return listing;
}

// A name that matches nothing is more likely a mistake than a wish for nothing.
Status check_filter(const CollectionRequest& request, const SelectionCounts& counts) {
  if (counts.all() > counts.excluded || request.filter.include.empty()) {
    return {};
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("no repository of {} that the token may see matches --repo {}",
                          request.org, fmt::join(request.filter.include, ", ")),
              "check the name, and that the token may read the repository");
}

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
      options_(options),
      observe_(std::move(observe)) {}

Result<CollectionReport> Collector::start(const CollectionRequest& request, std::stop_token stop) {
  Checkpoint checkpoint;
  checkpoint.started_at = std::chrono::floor<std::chrono::seconds>(clock_.now());
  checkpoint.command = request.command;
  checkpoint.since = request.since;
  ASSIGN_OR_RETURN(const Listing listing, list_all(fetcher_, request, stop));
  RETURN_IF_ERROR(check_filter(request, listing.selection));
  if (listing.selection.all() == 0 && !listing.hidden.empty()) {
    return fail(
        ErrorCode::kPermissionDenied,
        fmt::format("GitHub shows no repository of {}: {}", listing.owner, listing.hidden.front()),
        "give the token read access to pull requests (and single sign-on)");
  }
  checkpoint.org = listing.owner;
  std::vector<int64_t> sizes;
  for (const Repository& repository : listing.collected) {
    RepositoryProgress& added = checkpoint.repositories.emplace_back();
    added.id = repository.id;
    added.name = repository.name;
    added.position.stop_before = request.since;
    sizes.push_back(repository.pull_requests);
  }

  CheckpointKeeper keeper(store_, clock_);
  RETURN_IF_ERROR(keeper.create(std::move(checkpoint)));
  log_debug("collection started", {{"collection_id", keeper.stored().collection_id},
                                   {"repositories", static_cast<int64_t>(sizes.size())}});
  CollectionRun run(fetcher_, store_, clock_, keeper, options_, std::move(sizes));
  auto failure = run.run(observe_, stop);
  CollectionReport report = report_of(keeper, listing.selection, std::move(failure), stop);
  report.hidden = listing.hidden;
  return report;
}

Result<CollectionReport> Collector::resume(std::string_view org, std::string_view collection_id,
                                           std::stop_token stop) {
  CheckpointKeeper keeper(store_, clock_);
  RETURN_IF_ERROR(keeper.open(org, collection_id));
  CollectionRun run(fetcher_, store_, clock_, keeper, options_, {});
  auto failure = run.run(observe_, stop);
  return report_of(keeper, {}, std::move(failure), stop);
}

}  // namespace github_stats
