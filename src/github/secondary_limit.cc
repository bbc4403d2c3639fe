#include "github/secondary_limit.h"

#include <algorithm>

#include "http/retry.h"

namespace github_stats {
namespace {

// Pauses in a row without a success, where GitHub asks for short ones.
constexpr int kMostInARow = 12;

}  // namespace

void SecondaryLimit::begin(uint64_t serial) {
  if (recovering_) {
    trial_ = serial;
  }
}

void SecondaryLimit::end(uint64_t serial) {
  if (trial_ == serial) {
    trial_.reset();
  }
}

bool SecondaryLimit::slow_down(Duration now, uint64_t serial, uint64_t newest,
                               std::optional<Duration> retry_after) {
  if (serial <= last_before_) {
    paused_until_ = std::max(paused_until_, now + retry_after.value_or(Duration{0}));
    return true;
  }
  ++in_a_row_;
  const auto wait = wait_before_retry({.max_attempts = kMostInARow},
                                      {ErrorCode::kRateLimited, in_a_row_, retry_after}, 0);
  if (!wait || in_all_ + *wait > most_in_all_) {
    return false;
  }
  in_all_ += *wait;
  paused_until_ = std::max(paused_until_, now + *wait);
  last_before_ = newest;
  recovering_ = true;
  return true;
}

void SecondaryLimit::answered(uint64_t serial) {
  if (serial > last_before_) {
    in_a_row_ = 0;
    in_all_ = Duration{0};
    recovering_ = false;
    trial_.reset();
  }
}

}  // namespace github_stats
