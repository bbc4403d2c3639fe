#include "github/outage.h"

#include "http/retry.h"

namespace github_stats {
namespace {

// Fewer than the tries that any request has before it is given up, so that nothing is given up in
// an outage, even by a single worker. As the probe decides, a doubt too many costs a point.
constexpr int kFailuresToDoubt = 5;

constexpr Duration kFirstWait = std::chrono::seconds(5);
constexpr Duration kLongestWait = std::chrono::minutes(2);

}  // namespace

bool Outage::failed(Duration now, uint64_t serial) {
  if (probe_ == serial) {
    probe_.reset();
    began_ = probes_ == 0 ? now : began_;
    const Duration wait = doubled_wait(kFirstWait, kLongestWait, ++probes_);
    next_probe_at_ = now + wait;
    return next_probe_at_ - began_ <= longest_;
  }
  ++failures_;
  if (was_reached_ && !in_doubt_ && failures_ >= kFailuresToDoubt) {
    in_doubt_ = true;
    probes_ = 0;
    next_probe_at_ = now;
  }
  return true;
}

void Outage::answered() {
  was_reached_ = true;
  in_doubt_ = false;
  failures_ = 0;
  probe_.reset();
}

void Outage::dropped(uint64_t serial) {
  if (probe_ == serial) {
    probe_.reset();
  }
}

}  // namespace github_stats
