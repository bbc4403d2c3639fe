// Is it the request, or is GitHub down?
//
// A heavy query fails again and again while GitHub is well. So failures in a row, by whichever
// worker, only raise a doubt: then everybody waits while one small request, the probe, is sent.
// When it is answered the doubt is over, and each request bears its own failures. When it fails
// too, it is an outage: everybody goes on waiting, and a probe is sent now and then, until one is
// answered.
//
// An address that never answered is more likely wrong than down: there is no outage before the
// first answer.
//
// Pure state: times are on a clock's elapsed() scale.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace github_stats {

class Outage {
 public:
  // `longest`: an outage is waited for so long.
  explicit Outage(Duration longest) : longest_(longest) {}

  bool is_in_doubt() const { return in_doubt_; }
  bool is_probing() const { return probe_.has_value(); }
  Duration next_probe_at() const { return next_probe_at_; }

  // The probe goes out.
  void probe(uint64_t serial) { probe_ = serial; }

  // A request got no answer, or a 5xx. False: the outage has lasted too long.
  bool failed(Duration now, uint64_t serial);

  // A request was answered, whatever the answer.
  void answered();

  // The probe ended in neither way.
  void dropped(uint64_t serial);

 private:
  const Duration longest_;
  bool was_reached_ = false;
  bool in_doubt_ = false;
  int failures_ = 0;  // in a row
  int probes_ = 0;    // that failed
  Duration began_{0};
  Duration next_probe_at_{0};
  std::optional<uint64_t> probe_;  // in flight
};

}  // namespace github_stats
