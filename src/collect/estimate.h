// What a collection would bring and cost, before it spends anything.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "collect/collector.h"
#include "collect/listing.h"

namespace github_stats {

struct RepositoryEstimate {
  std::string name;
  int64_t pull_requests = 0;
  bool exact = false;  // counted, not reckoned
};

struct CollectionEstimate {
  std::string owner;
  std::vector<RepositoryEstimate> repositories;  // the largest first
  std::vector<std::string> hidden;
  SelectionCounts selection;
  int64_t pull_requests = 0;
  int64_t points = 0;  // GraphQL points, about
};

// GraphQL points that a pull request costs with all its details, about: what it was on an
// organisation like real ones (docs/benchmarks.md), rounded up.
inline constexpr double kPointsPerPullRequest = 0.09;

// Lists the repositories and the first page of each that would be collected. Pull requests beyond
// it are reckoned: changes are taken to be spread evenly over the window, and there are no more
// than the repository has. Costs a point per hundred repositories, twice; writes nothing. Fails
// like Collector::start.
Result<CollectionEstimate> estimate_collection(Fetcher& fetcher, ObjectStore& store,
                                               const CollectionRequest& request,
                                               std::stop_token stop);

// Pull requests that changed in [since, until), reckoned from the first page of a listing.
RepositoryEstimate estimate_repository(const ListedRepository& listed, Time until,
                                       const PullRequestPage& first_page);

}  // namespace github_stats
