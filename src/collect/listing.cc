#include "collect/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.h"
#include "collect/collector.h"
#include "collect/watermarks.h"

namespace github_stats {
namespace {

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
    ASSIGN_OR_RETURN(watermarks_, read_watermarks(store_, owner));
    return {};
  }

  void add(Repository repository) {
    const Watermark* known = watermarks_.find(repository.id);
    const bool is_renamed = known != nullptr && known->name != repository.name;
    const bool goes_on = known != nullptr && request_.from_watermarks;
    const Time window = listing_.until - request_.window;
    // Under a new name everything is collected that has been under the old one.
    const Time since = is_renamed ? (goes_on ? known->from : std::min(known->from, window))
                       : goes_on  ? known->next_since()
                                  : window;
    // A time after the newest change makes it one that has not changed.
    const bool is_unchanged =
        goes_on && !is_renamed && known->is_unchanged(repository.newest_update);
    const Selection selection =
        select(request_.filter, repository, is_unchanged ? Time::max() : since);
    listing_.selection.count(selection);
    const bool begins_history = !goes_on && request_.begins_history;
    if (selection == Selection::kCollected) {
      if (is_renamed) {
        log_info("a repository has a new name; it is collected anew",
                 {{"old", known->name}, {"new", repository.name}});
      }
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

}  // namespace

Result<Listing> list_repositories(Fetcher& fetcher, ObjectStore& store,
                                  const CollectionRequest& request, std::stop_token stop) {
  ASSIGN_OR_RETURN(Listing listing, Lister(fetcher, store, request).list(stop));
  RETURN_IF_ERROR(check_filter(request, listing.selection));
  if (listing.selection.all() == 0 && !listing.hidden.empty()) {
    return fail(
        ErrorCode::kPermissionDenied,
        fmt::format("GitHub shows no repository of {}: {}", listing.owner, listing.hidden.front()),
        "give the token read access to pull requests (and single sign-on)");
  }
  return listing;
}

}  // namespace github_stats
