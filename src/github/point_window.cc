#include "github/point_window.h"

#include <algorithm>

namespace github_stats {

std::optional<Duration> PointWindow::fits_at(Duration now, int64_t points) const {
  int64_t excess = spent_sum_ + in_flight_ + std::min(points, most_) - most_;
  if (excess <= 0) {
    return now;
  }
  for (const Spent& spent : spent_) {
    excess -= spent.points;
    if (excess <= 0) {
      return std::max(now, spent.at + length_);
    }
  }
  return std::nullopt;
}

void PointWindow::end(Duration now, int64_t points, int64_t cost) {
  in_flight_ -= points;
  while (!spent_.empty() && spent_.front().at + length_ <= now) {
    spent_sum_ -= spent_.front().points;
    spent_.pop_front();
  }
  if (cost > 0) {
    spent_.push_back({now, cost});
    spent_sum_ += cost;
  }
}

}  // namespace github_stats
