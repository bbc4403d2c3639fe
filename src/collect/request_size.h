// How large a request may be that asks for things of one repository.
//
// GitHub answers a query that takes too long with an error, and how long it takes depends on what
// is in the repository. So the size is halved when such a request fails and doubled after some that
// went well. How many it takes grows with every failure, so that a repository which can't do more
// is not tried in vain again and again.
#pragma once

#include <algorithm>
#include <cstddef>

namespace github_stats {

class RequestSize {
 public:
  explicit RequestSize(size_t most) : most_(most), limit_(most) {}

  // Most connections in one request; one thing may be asked for whatever its connections.
  size_t limit() const { return limit_; }

  // A request of that many connections failed, or was answered.
  void failed(size_t connections) {
    needed_ = is_new_ ? std::min(needed_ * 2, kMostNeeded) : 1;
    limit_ = std::max<size_t>(std::min(limit_, connections) / 2, 1);
    is_new_ = false;
    successes_ = 0;
  }
  void succeeded(size_t connections) {
    const bool was_a_test = 2 * connections > limit_ || limit_ == 1;
    if (!was_a_test) {
      return;
    }
    is_new_ = false;
    if (limit_ == most_ || ++successes_ < needed_) {
      return;
    }
    successes_ = 0;
    limit_ = std::min(2 * limit_, most_);
    is_new_ = true;
  }

 private:
  static constexpr size_t kMostNeeded = 64;

  const size_t most_;
  size_t limit_;
  bool is_new_ = false;  // the limit was raised, and nothing of that size has been tried
  size_t needed_ = 1;    // successes before the next raise
  size_t successes_ = 0;
};

}  // namespace github_stats
