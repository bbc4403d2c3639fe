// The right to collect an organisation, held by one collector at a time, on one machine or several:
// an object in the store that says who has it and until when (docs/formats.md).
//
// It keeps collectors from getting into each other's way; it is no fence. A process can fall asleep
// between asking and writing, so what is written must bear that: docs/adr/0008.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "collect/lease_taking.h"
#include "store/object_store.h"

namespace github_stats {

// How often it is to be renewed.
inline constexpr Duration kLeaseRenewal = std::chrono::seconds(20);

// The holder stops writing so long before others may take the lease: what a write may take, and how
// much two clocks may drift apart meanwhile.
inline constexpr Duration kLeaseMargin = std::chrono::seconds(10);

// A lease that was taken. Whoever drops it without release() leaves it to expire. Thread-safe.
class Lease {
 public:
  // `store`: not one that asks this lease.
  Lease(ObjectStore& store, Clock& clock, std::string org, TakenLease taken);

  // Writes that it goes on. precondition_failed: it is lost for good, as another process has it or
  // it could not be renewed for its whole duration. Any other failure: to be tried again.
  Status renew();

  // Whether writing is still right; asks nobody. precondition_failed when the lease is lost or was
  // not renewed for its duration less the margin, counted from before the last renewal was sent.
  Status check() const;

  // As check(), but one that was not renewed in time (this process or its machine was asleep, or
  // too busy) is renewed first: if nobody has taken it, it is still ours. Other failures are those
  // of renew().
  Status ensure();

  // Removes it, if it is still ours. Writing is not right any more, whatever comes of it.
  Status release();

 private:
  // Reads the lease after a precondition did not hold. Ours: an answer was lost on the way, and
  // the version is known now.
  Status find_out();
  Status lose(std::string_view why);
  tl::unexpected<Error> in_trouble(Error error);

  ObjectStore& store_;
  Clock& clock_;
  const std::string org_;
  const std::string key_;
  std::mutex ensure_mutex_;   // one renews for all who find it late
  std::mutex request_mutex_;  // held during requests; guards document_ and version_
  LeaseDocument document_;
  Version version_;
  mutable std::mutex mutex_;  // guards what check() asks for
  Duration confirmed_at_;
  std::optional<Error> lost_;
};

}  // namespace github_stats
