// Which of an owner's repositories a collection is about, and from when on.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/repository_filter.h"
#include "extract/fetcher.h"
#include "store/object_store.h"

namespace github_stats {

struct CollectionRequest;

// A repository and what of it is collected.
struct ListedRepository {
  Repository repository;
  Time since;
  bool begins_history = false;

  Time newest() const { return repository.newest_update.value_or(since); }
};

struct Listing {
  std::string owner;  // as GitHub spells it
  Time since;         // the earliest of the repositories'
  Time until;         // GitHub's now
  std::vector<ListedRepository> collected;
  std::vector<ListedRepository> unchanged;
  std::vector<std::string> hidden;  // GitHub's reasons for repositories it listed without content
  SelectionCounts selection;
  int64_t without_watermark = 0;  // of those collected
};

// Asks GitHub for the owner's repositories, a point per hundred, and sorts them by what is to be
// done with them. Fails when the owner can't be listed, shows nothing, or has no repository that
// the filter names; nothing is written.
Result<Listing> list_repositories(Fetcher& fetcher, ObjectStore& store,
                                  const CollectionRequest& request, std::stop_token stop);

}  // namespace github_stats
