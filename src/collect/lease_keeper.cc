#include "collect/lease_keeper.h"

#include <utility>

#include "base/log.h"

namespace github_stats {
namespace {

constexpr Duration kRetry = std::chrono::seconds(2);

}  // namespace

Result<std::unique_ptr<LeaseKeeper>> LeaseKeeper::take(ObjectStore& store, Clock& clock,
                                                       const LeaseRequest& request,
                                                       std::stop_token stop) {
  ASSIGN_OR_RETURN(TakenLease taken, take_lease(store, clock, request, stop));
  return std::make_unique<LeaseKeeper>(store, clock, request, std::move(taken));
}

LeaseKeeper::LeaseKeeper(ObjectStore& store, Clock& clock, const LeaseRequest& request,
                         TakenLease taken)
    : clock_(clock),
      lease_(store, clock, request.org, std::move(taken)),
      thread_([this](std::stop_token stop) { keep(stop); }) {}

LeaseKeeper::~LeaseKeeper() {
  thread_.request_stop();
  thread_.join();
  if (const Status released = lease_.release(); !released) {
    log_warning("the lease could not be given up; it expires by itself",
                {{"reason", released.error().describe()}});
  }
}

void LeaseKeeper::keep(std::stop_token stop) {
  Duration wait = kLeaseRenewal;
  while (clock_.sleep_for(wait, stop)) {
    const Status renewed = lease_.renew();
    wait = renewed ? kLeaseRenewal : kRetry;
    if (!renewed) {
      log_warning("the lease could not be renewed", {{"reason", renewed.error().describe()}});
      if (renewed.error().code == ErrorCode::kPreconditionFailed) {
        return;
      }
    }
  }
}

}  // namespace github_stats
