#include "collect/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "collect/checkpoint_keeper.h"
#include "collect/collection_run.h"
#include "collect/reconcile.h"
#include "collect/watermarks.h"

namespace github_stats {
namespace {

// A repository and what of it is collected.
struct Listed {
  Repository repository;
  Time since;
  bool begins_history;

  Time newest() const { return repository.newest_update.value_or(since); }
};

struct Listing {
  std::string owner;
  Time since;
  Time until;
  std::vector<Listed> collected;
  std::vector<Listed> unchanged;
  std::vector<std::string> hidden;
  SelectionCounts selection;
  int64_t without_watermark = 0;  // of those collected
};

// Reads the owner's repositories and sorts them by what is to be done with them.
class Lister {
 public:
  Lister(Fetcher& fetcher, ObjectStore& store, const CollectionRequest& request)
      : fetcher_(fetcher), store_(store), request_(request) {}

  Result<Listing> list(std::stop_token stop) {
    std::optional<std::string> after = "";
    while (after) {
      ASSIGN_OR_RETURN(RepositoryPage page, fetcher_.list_repositories(request_.org, *after, stop));
      if (after->empty()) {
        RETURN_IF_ERROR(begin(page.owner));
      }
      listing_.hidden.insert(listing_.hidden.end(), page.hidden.begin(), page.hidden.end());
      for (Repository& repository : page.repositories) {
        // A repository that is renamed while the list is read is there under both names.
        if (ids_.insert(repository.id).second) {
          add(std::move(repository));
        }
      }
      after = std::move(page.next);
    }
    return std::move(listing_);
  }

 private:
  // GitHub's time and the owner's spelling are known from the first answer on.
  Status begin(const std::string& owner) {
    listing_.owner = owner;
    listing_.until = std::chrono::floor<std::chrono::seconds>(fetcher_.github_now());
    listing_.since = listing_.until - request_.window;
    if (request_.from_watermarks) {
      ASSIGN_OR_RETURN(watermarks_, read_watermarks(store_, owner));
    }
    return {};
  }

  void add(Repository repository) {
    const Watermark* known = watermarks_.find(repository.id);
    const Time since = known ? known->next_since() : listing_.until - request_.window;
    // A time after the newest change makes it one that has not changed.
    const bool is_unchanged = known && known->is_unchanged(repository.newest_update);
    const Selection selection =
        select(request_.filter, repository, is_unchanged ? Time::max() : since);
    listing_.selection.count(selection);
    const bool begins_history = known == nullptr && request_.begins_history;
    if (selection == Selection::kCollected) {
      listing_.since = std::min(listing_.since, since);
      listing_.without_watermark += known ? 0 : 1;
      listing_.collected.push_back({std::move(repository), since, begins_history});
    } else if (selection == Selection::kUnchanged) {
      listing_.unchanged.push_back({std::move(repository), since, begins_history});
    }
  }

  Fetcher& fetcher_;
  ObjectStore& store_;
  const CollectionRequest& request_;
  Watermarks watermarks_;
  std::set<std::string> ids_;
  Listing listing_;
};

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
  ASSIGN_OR_RETURN(const Listing listing, Lister(fetcher_, store_, request).list(stop));
  RETURN_IF_ERROR(check_filter(request, listing.selection));
  if (listing.selection.all() == 0 && !listing.hidden.empty()) {
    return fail(
        ErrorCode::kPermissionDenied,
        fmt::format("GitHub shows no repository of {}: {}", listing.owner, listing.hidden.front()),
        "give the token read access to pull requests (and single sign-on)");
  }
  checkpoint.org = listing.owner;
  checkpoint.since = listing.since;
  checkpoint.until = listing.until;
  std::vector<int64_t> sizes;
  for (const Listed& listed : listing.collected) {
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
  log_debug("collection started", {{"collection_id", keeper.stored().collection_id},
                                   {"repositories", static_cast<int64_t>(sizes.size())}});
  CollectionRun run(fetcher_, store_, clock_, keeper, options_, std::move(sizes));
  auto failure = run.run(observe_, stop);
  CollectionReport report = report_of(keeper, listing.selection, std::move(failure), stop);
  report.hidden = listing.hidden;
  std::vector<Covered> unchanged;
  for (const Listed& listed : listing.unchanged) {
    unchanged.push_back({.id = listed.repository.id,
                         .watermark = {.name = listed.repository.name,
                                       .from = listed.since,
                                       .until = listing.until,
                                       .newest = listed.newest()},
                         .begins_history = listed.begins_history});
  }
  return finish(std::move(report), std::move(unchanged));
}

Result<CollectionReport> Collector::resume(std::string_view org, std::string_view collection_id,
                                           std::stop_token stop) {
  CheckpointKeeper keeper(store_, clock_);
  RETURN_IF_ERROR(keeper.open(org, collection_id));
  CollectionRun run(fetcher_, store_, clock_, keeper, options_, {});
  auto failure = run.run(observe_, stop);
  return finish(report_of(keeper, {}, std::move(failure), stop), {});
}

CollectionReport Collector::finish(CollectionReport report, std::vector<Covered> covered) {
  const Status moved = move_watermarks(report.checkpoint, std::move(covered));
  if (!moved && !report.failure) {
    report.failure = moved.error();
  }
  return report;
}

Status Collector::move_watermarks(const Checkpoint& checkpoint, std::vector<Covered> covered) {
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
                         .begins_history = repository.begins_history});
    }
  }
  return update_watermarks(store_, checkpoint.org, [&](Watermarks& watermarks) {
    for (const Covered& repository : covered) {
      if (repository.begins_history || watermarks.find(repository.id) != nullptr) {
        watermarks.cover(repository.id, repository.watermark);
      }
    }
  });
}

}  // namespace github_stats
