// Holds a lease for as long as it lives: a thread of its own renews it.
#pragma once

#include <memory>
#include <stop_token>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "collect/lease.h"
#include "store/object_store.h"

namespace github_stats {

class LeaseKeeper {
 public:
  // Takes the lease; fails as take_lease does. `store` and `clock` must outlive what is given.
  static Result<std::unique_ptr<LeaseKeeper>> take(ObjectStore& store, Clock& clock,
                                                   const LeaseRequest& request,
                                                   std::stop_token stop);

  LeaseKeeper(ObjectStore& store, Clock& clock, const LeaseRequest& request, TakenLease taken);
  // Releases it. Where that fails it is left to expire.
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  Lease& lease() { return lease_; }

 private:
  void keep(std::stop_token stop);

  Clock& clock_;
  Lease lease_;
  std::jthread thread_;
};

}  // namespace github_stats
