// Coming by the lease of an organisation.
#pragma once

#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "collect/lease_document.h"
#include "collect/lease_process.h"
#include "store/object_store.h"

namespace github_stats {

// How long a lease lasts after it was renewed.
inline constexpr Duration kLeaseDuration = std::chrono::seconds(60);

struct LeaseRequest {
  std::string org;      // in any letter case
  std::string command;  // for whoever finds it held
  ProcessIdentity process = this_process();
  ProcessProbe probe = state_of;
};

struct TakenLease {
  LeaseDocument document;
  Version version;
  Duration asked_at{0};  // on the clock's elapsed(), before it was asked for
};

// Takes the lease, at once where there is none or where its holder was a process of this machine
// that is gone. Fails with precondition_failed, naming the holder, when that is at work: it runs on
// this machine, or is seen to renew the lease.
//
// Otherwise this waits and watches. Clocks of two machines may differ, so a lease counts as expired
// when it has stayed unchanged for as long as it lasts by our clock; only one that expired more
// than five minutes ago is not watched. So is one of a process that is stopped, or that can't be
// read. invalid_argument when a newer version wrote it; cancelled when `stop` ended the wait.
Result<TakenLease> take_lease(ObjectStore& store, Clock& clock, const LeaseRequest& request,
                              std::stop_token stop);

}  // namespace github_stats
