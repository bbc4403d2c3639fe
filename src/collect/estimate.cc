#include "collect/estimate.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace github_stats {
namespace {

// Pages to list in one request.
constexpr size_t kPagesAtOnce = 100;

Status list_first_pages(Fetcher& fetcher, std::span<ListWork> works, std::stop_token stop) {
  RequestPlan plan;
  for (ListWork& work : works) {
    plan.add(work);
  }
  Status asked = fetcher.ask(plan, stop);
  if (asked || asked.error().code != ErrorCode::kUnavailable || works.size() == 1) {
    return asked;
  }
  RETURN_IF_ERROR(list_first_pages(fetcher, works.first(works.size() / 2), stop));
  return list_first_pages(fetcher, works.subspan(works.size() / 2), stop);
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

RepositoryEstimate estimate_repository(const ListedRepository& listed, Time until,
                                       const PullRequestPage& first_page) {
  const auto& found = first_page.pull_requests;
  const auto in_window = std::ranges::count_if(
      found, [&](const PullRequestRef& ref) { return ref.updated_at >= listed.since; });
  RepositoryEstimate estimate{listed.repository.name, in_window, /*exact=*/true};
  if (first_page.next && in_window == std::ssize(found) && in_window > 0) {
    estimate.exact = false;
    const double seen = std::max(seconds(until - found.back().updated_at), 1.0);
    const double whole = static_cast<double>(in_window) * seconds(until - listed.since) / seen;
    estimate.pull_requests =
        std::clamp(static_cast<int64_t>(whole), in_window,
                   std::max<int64_t>(in_window, listed.repository.pull_requests));
  }
  return estimate;
}

Result<CollectionEstimate> estimate_collection(Fetcher& fetcher, ObjectStore& store,
                                               const CollectionRequest& request,
                                               std::stop_token stop) {
  ASSIGN_OR_RETURN(const Listing listing, list_repositories(fetcher, store, request, stop));
  std::vector<ListWork> works;
  for (const ListedRepository& listed : listing.collected) {
    works.push_back({listed.repository.id, {}, fetcher.batch_size()});
  }
  for (size_t first = 0; first < works.size(); first += kPagesAtOnce) {
    const size_t count = std::min(kPagesAtOnce, works.size() - first);
    RETURN_IF_ERROR(list_first_pages(fetcher, std::span(works).subspan(first, count), stop));
  }
  CollectionEstimate estimate{
      .owner = listing.owner, .hidden = listing.hidden, .selection = listing.selection};
  for (size_t i = 0; i < works.size(); ++i) {
    estimate.repositories.push_back(
        estimate_repository(listing.collected[i], listing.until, works[i].page));
    estimate.pull_requests += estimate.repositories.back().pull_requests;
  }
  std::ranges::stable_sort(estimate.repositories, std::ranges::greater{},
                           &RepositoryEstimate::pull_requests);
  const int64_t probe = (listing.selection.all() + 99) / 100;
  estimate.points =
      probe + static_cast<int64_t>(
                  std::ceil(static_cast<double>(estimate.pull_requests) * kPointsPerPullRequest));
  return estimate;
}

}  // namespace github_stats
