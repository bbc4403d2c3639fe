#include "observe/health.h"

namespace github_stats {

void Health::alive_in(Phase phase) {
  const Duration now = clock_.elapsed();
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  last_sign_ = now;
}

void Health::run_ended(const std::string& org, std::optional<ErrorCode> failure) {
  const std::lock_guard lock(mutex_);
  Failures& failures = failures_[org];
  failures = failure ? Failures{failures.in_a_row + 1, *failure} : Failures{};
}

std::optional<std::string> Health::why_not_alive() const {
  const Duration now = clock_.elapsed();
  const std::lock_guard lock(mutex_);
  const bool must_stir = phase_ == Phase::kWaiting || phase_ == Phase::kCollecting;
  if (!must_stir || now - last_sign_ <= kLongestSilence) {
    return std::nullopt;
  }
  const auto silent = std::chrono::floor<std::chrono::seconds>(now - last_sign_).count();
  return "stuck: no sign of life for " + std::to_string(silent) + " seconds while " +
         (phase_ == Phase::kWaiting ? "waiting for the next run" : "collecting");
}

std::optional<std::string> Health::why_not_ready() const {
  const std::lock_guard lock(mutex_);
  if (phase_ == Phase::kStarting) {
    return "starting";
  }
  for (const auto& [org, failures] : failures_) {
    if (failures.in_a_row >= kTooManyFailures) {
      return std::to_string(failures.in_a_row) + " runs of " + org +
             " in a row failed, the last with " + std::string(to_string(failures.last));
    }
  }
  return std::nullopt;
}

}  // namespace github_stats
