// GitHub's secondary limits: everybody pauses, then one request goes first.
//
// Pure state: times are on a clock's elapsed() scale; requests are known by serial numbers that
// grow in the order in which they are sent.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace github_stats {

class SecondaryLimit {
 public:
  // `most_in_all`: pauses that follow each other without a success may take so long together.
  explicit SecondaryLimit(Duration most_in_all) : most_in_all_(most_in_all) {}

  // Nobody asks before this.
  Duration paused_until() const { return paused_until_; }

  // True while the one request that goes first after a pause is in flight.
  bool is_trying() const { return trial_.has_value(); }

  void begin(uint64_t serial);
  void end(uint64_t serial);

  // A request was told to slow down. The pause is what GitHub asked for, else a minute, which
  // doubles when it was too short. Workers who hit a limit together count once: what was sent
  // before the present pause (`newest`: the serial given out last) makes it no longer. False: it
  // has gone on for too long.
  bool slow_down(Duration now, uint64_t serial, uint64_t newest,
                 std::optional<Duration> retry_after);

  // A request was answered. Ends the trial when it was sent after the pause.
  void answered(uint64_t serial);

 private:
  const Duration most_in_all_;
  Duration paused_until_{0};
  uint64_t last_before_ = 0;  // what was sent later, was sent after the pause
  int in_a_row_ = 0;
  Duration in_all_{0};
  bool recovering_ = false;
  std::optional<uint64_t> trial_;
};

}  // namespace github_stats
