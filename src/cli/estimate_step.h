// --dry-run: what a collection would bring, cost and take, printed instead of done.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "collect/collector.h"
#include "config/settings.h"

namespace github_stats {

// Lists, prints, and gives the exit code. Neither the store nor the warehouse is touched.
int print_estimate(const Settings& settings, const CollectionRequest& request);

// What the budgets of GitHub allow.
struct PointSupply {
  std::optional<int64_t> left;  // now, over all tokens; nothing: GitHub sets no limit
  int64_t per_hour = 0;         // over all tokens
};

// How long so many points take, about: requests of a point take a second and a half on GitHub, and
// when the points are used up the hour's end is waited for.
struct TimeEstimate {
  Duration asking{0};
  Duration waiting{0};  // at most
};
TimeEstimate estimate_time(int64_t points, const PointSupply& supply, int64_t workers);

}  // namespace github_stats
