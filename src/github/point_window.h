// Points spent within the last minute, for GitHub's limit of so many a minute.
//
// GitHub does not say whether a request counts when it comes or when it is answered. Here it counts
// from when it goes out until a minute after its answer, which keeps the limit either way.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"

namespace github_stats {

class PointWindow {
 public:
  // At most `most` points in any `length`.
  PointWindow(int64_t most, Duration length) : most_(most), length_(length) {}

  // When `points` more may go out, `now` or later; nothing when that takes an answer first. Points
  // beyond the whole limit wait until nothing else counts.
  std::optional<Duration> fits_at(Duration now, int64_t points) const;

  // A request that is expected to cost `points` goes out, or has cost `cost` in the end.
  void begin(int64_t points) { in_flight_ += points; }
  void end(Duration now, int64_t points, int64_t cost);

 private:
  struct Spent {
    Duration at;
    int64_t points = 0;
  };

  const int64_t most_;
  const Duration length_;
  int64_t in_flight_ = 0;
  int64_t spent_sum_ = 0;
  std::deque<Spent> spent_;  // oldest first
};

}  // namespace github_stats
