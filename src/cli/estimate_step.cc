#include "cli/estimate_step.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/github_connection.h"
#include "cli/interrupt.h"
#include "cli/text.h"
#include "cli/text_table.h"
#include "collect/estimate.h"

namespace github_stats {
namespace {

constexpr auto kRequestTime = std::chrono::milliseconds(1500);
constexpr size_t kMostShown = 10;

// What a user's token has an hour; GitHub: "Rate limits and query limits for the GraphQL API".
constexpr int64_t kPointsPerHour = 5000;

PointSupply supply_of(const Settings& settings, const RateLimiter& limiter) {
  const auto& credentials = settings.github_credentials;
  const auto tokens = std::max<int64_t>(static_cast<int64_t>(credentials.tokens.size()), 1);
  PointSupply supply{limiter.points_left(),
                     (kPointsPerHour - std::min(settings.reserve_points, kPointsPerHour)) * tokens};
  if (supply.left) {
    // Tokens that have not been used yet are not known; they are taken to be fresh.
    supply.left = std::max<int64_t>(*supply.left - settings.reserve_points, 0) +
                  (tokens - 1) * (supply.per_hour / tokens);
  }
  return supply;
}

std::string about(const RepositoryEstimate& repository) {
  return (repository.exact ? "" : "about ") + with_thousands(repository.pull_requests);
}

void print_repositories(const CollectionEstimate& estimate) {
  TextTable table({"", "pull requests"});
  const size_t shown = std::min(estimate.repositories.size(), kMostShown);
  for (size_t i = 0; i < shown; ++i) {
    table.add({printable(estimate.repositories[i].name), about(estimate.repositories[i])});
  }
  if (shown > 0) {
    fmt::print("{}", table.render());
  }
  if (shown < estimate.repositories.size()) {
    fmt::print("… and {} more\n", estimate.repositories.size() - shown);
  }
}

void print_totals(const Settings& settings, const CollectionEstimate& estimate,
                  const PointSupply& supply) {
  const TimeEstimate time = estimate_time(estimate.points, supply, settings.max_workers);
  const bool exact = std::ranges::all_of(estimate.repositories, &RepositoryEstimate::exact);
  fmt::print("\n{}: {} of {}\n", printable(estimate.owner),
             counted(estimate.selection.collected, "repository", "repositories"),
             with_thousands(estimate.selection.all()));
  fmt::print("pull requests  {}{}\n", exact ? "" : "about ",
             with_thousands(estimate.pull_requests));
  fmt::print("points         about {}", with_thousands(estimate.points));
  fmt::print("{}\n", supply.left
                         ? fmt::format(" of {} left this hour", with_thousands(*supply.left))
                         : "; GitHub sets no limit here");
  fmt::print("time           about {} with {} workers", for_people(time.asking),
             settings.max_workers);
  if (time.waiting > Duration{0}) {
    fmt::print(", and up to {} of waiting for GitHub's limit", for_people(time.waiting));
  }
  fmt::print("\ndry run: nothing was collected\n");
}

Result<CollectionEstimate> make_estimate(const Settings& settings, GitHubConnection& github,
                                         const CollectionRequest& request) {
  ASSIGN_OR_RETURN(const auto store, open_store(settings));
  const InterruptHandler interrupt;
  return estimate_collection(github.fetcher(), *store, request, interrupt.token());
}

}  // namespace

TimeEstimate estimate_time(int64_t points, const PointSupply& supply, int64_t workers) {
  TimeEstimate time;
  time.asking = points * Duration(kRequestTime) / std::max<int64_t>(workers, 1);
  if (supply.left && points > *supply.left && supply.per_hour > 0) {
    const int64_t lacking = points - *supply.left;
    const int64_t hours = (lacking + supply.per_hour - 1) / supply.per_hour;
    time.waiting = std::chrono::hours(hours);
  }
  return time;
}

int print_estimate(const Settings& settings, const CollectionRequest& request) {
  const auto github = GitHubConnection::open(settings);
  if (!github) {
    return report_failure(github.error());
  }
  const auto estimate = make_estimate(settings, **github, request);
  if (!estimate) {
    return report_failure(estimate.error());
  }
  print_repositories(*estimate);
  print_totals(settings, *estimate, supply_of(settings, (*github)->limiter()));
  for (const std::string& reason : estimate->hidden) {
    fmt::print(stderr, "not shown by GitHub: a repository of {}: {}\n", printable(estimate->owner),
               printable(reason));
  }
  return estimate->hidden.empty() ? kExitDone : kExitPartly;
}

}  // namespace github_stats
