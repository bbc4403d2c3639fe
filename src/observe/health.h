// Whether this process is alive, and whether its service does what it is there for.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

// Longer than anything that shows signs of life is silent for: those who wait for the next run look
// up once a minute, a collection ten times a second, whatever it waits for.
inline constexpr Duration kLongestSilence = std::chrono::minutes(10);

// Failed runs in a row from which on a service is not ready. Retries are 1, 2 and 4 minutes apart:
// a passing trouble is over by then.
inline constexpr int64_t kTooManyFailures = 3;

// Thread-safe.
class Health {
 public:
  explicit Health(Clock& clock) : clock_(clock) {}

  enum class Phase {
    kStarting,    // settings are being checked
    kWaiting,     // for the next run; silence means that it is stuck
    kBeginning,   // a run lists, or waits for its lease or a limit: every wait in it has an end
    kCollecting,  // silence means that it is stuck
    kLoading,     // a statement may take long; silence says nothing
  };
  // A sign of life; the phase begins unless it goes on.
  void alive_in(Phase phase);

  // A run has ended; nothing: it was done.
  void run_ended(const std::string& org, std::optional<ErrorCode> failure);

  // Nothing when all is well; else what is not, in words for a person.
  std::optional<std::string> why_not_alive() const;
  std::optional<std::string> why_not_ready() const;

 private:
  struct Failures {
    int64_t in_a_row = 0;
    ErrorCode last = ErrorCode::kInternal;
  };

  Clock& clock_;
  mutable std::mutex mutex_;
  Phase phase_ = Phase::kStarting;
  Duration last_sign_{0};
  std::map<std::string, Failures> failures_;  // by organisation
};

}  // namespace github_stats
