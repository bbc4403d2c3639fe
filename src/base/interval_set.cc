#include "base/interval_set.h"

#include <algorithm>
#include <limits>

namespace github_stats {
namespace {

// Whether nothing lies between a range that ends with `last` and one that begins with `first`.
bool touches(int64_t last, int64_t first) {
  return last == std::numeric_limits<int64_t>::max() || last + 1 >= first;
}

}  // namespace

void IntervalSet::add(int64_t first, int64_t last) {
  // The first range that is not wholly before the new one, and the first wholly behind it.
  const auto begin = std::ranges::partition_point(
      intervals_, [&](const Interval& interval) { return !touches(interval.last, first); });
  const auto end = std::partition_point(begin, intervals_.end(), [&](const Interval& interval) {
    return touches(last, interval.first);
  });
  if (begin == end) {
    intervals_.insert(begin, {first, last});
    return;
  }
  begin->first = std::min(begin->first, first);
  begin->last = std::max(std::prev(end)->last, last);
  intervals_.erase(std::next(begin), end);
}

bool IntervalSet::contains(int64_t number) const {
  const auto found = std::ranges::lower_bound(intervals_, number, {}, &Interval::last);
  return found != intervals_.end() && found->first <= number;
}

int64_t IntervalSet::size() const {
  int64_t numbers = 0;
  for (const Interval& interval : intervals_) {
    numbers += interval.last - interval.first + 1;
  }
  return numbers;
}

}  // namespace github_stats
