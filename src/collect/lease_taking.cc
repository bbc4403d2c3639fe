#include "collect/lease_taking.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <random>
#include <utility>

#include "base/crash_point.h"
#include "base/log.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr Duration kPoll = std::chrono::seconds(2);
// More than clocks of two machines differ by.
constexpr Duration kLongExpired = std::chrono::minutes(5);
// A document that asks for more patience than this is not believed.
constexpr Duration kLongestWatch = std::chrono::minutes(10);

std::string random_holder() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

class LeaseTaking {
 public:
  LeaseTaking(ObjectStore& store, Clock& clock, const LeaseRequest& request)
      : store_(store), clock_(clock), request_(request), key_(lease_key(request.org)) {
    ours_.holder = random_holder();
    ours_.process = request.process;
    ours_.command = request.command;
  }

  Result<TakenLease> take(std::stop_token stop) {
    while (!stop.stop_requested()) {
      ASSIGN_OR_RETURN(const std::optional<Object> found, look());
      bool is_free = true;
      if (found) {
        ASSIGN_OR_RETURN(is_free, may_take_over(*found));
      }
      if (is_free) {
        ASSIGN_OR_RETURN(std::optional<TakenLease> taken, try_to_take(found));
        if (taken) {
          return *std::move(taken);
        }
      } else {
        clock_.sleep_for(kPoll, stop);
      }
    }
    return fail(ErrorCode::kCancelled, "stopped while waiting for the lease of " + request_.org);
  }

 private:
  Result<std::optional<Object>> look() {
    auto object = store_.get(key_);
    if (object) {
      return std::optional(*std::move(object));
    }
    if (object.error().code == ErrorCode::kNotFound) {
      return std::optional<Object>();
    }
    return fail_with_context("can't read the lease", std::move(object).error());
  }

  Result<bool> may_take_over(const Object& found) {
    const auto lease = decode_lease(found.bytes);
    if (!lease && lease.error().code != ErrorCode::kDataLoss) {
      return fail_with_context(key_, lease.error());
    }
    last_term_ = lease ? lease->term : 0;
    if (lease && is_of_this_machine(*lease)) {
      const ProcessState state = request_.probe(lease->process);
      if (state == ProcessState::kGone) {
        log_info("taking over the lease of a process that is gone",
                 {{"org", request_.org}, {"holder", describe_holder(*lease)}});
        return true;
      }
      if (state == ProcessState::kRunning && clock_.now() < lease->expires_at) {
        return held(*lease);
      }
    } else if (lease && clock_.now() - lease->expires_at > kLongExpired) {
      return true;
    }
    return has_expired(found, lease ? &*lease : nullptr);
  }

  bool is_of_this_machine(const LeaseDocument& lease) const {
    return !lease.process.machine.empty() && lease.process.machine == request_.process.machine;
  }

  // By watching. `lease`: null when it can't be read.
  Result<bool> has_expired(const Object& found, const LeaseDocument* lease) {
    if (watched_ && watched_ != found.version && lease != nullptr) {
      return held(*lease);
    }
    const Duration lasts = lease == nullptr
                               ? kLeaseDuration
                               : std::clamp(Duration(lease->expires_at - lease->renewed_at),
                                            kLeaseDuration, kLongestWatch);
    if (watched_ != found.version) {
      watched_ = found.version;
      unchanged_since_ = clock_.elapsed();
      log_info("waiting whether the holder of the lease is still at work",
               {{"org", request_.org},
                {"holder", lease == nullptr ? "unreadable: " + key_ : describe_holder(*lease)},
                {"seconds", int64_t(lasts / std::chrono::seconds(1))}});
    }
    return clock_.elapsed() - unchanged_since_ >= lasts;
  }

  tl::unexpected<Error> held(const LeaseDocument& lease) const {
    return fail(
        ErrorCode::kPreconditionFailed,
        fmt::format("another collector is at work on {}: {}", request_.org, describe_holder(lease)),
        "wait for it, or end it");
  }

  // Nothing when another process was faster.
  Result<std::optional<TakenLease>> try_to_take(const std::optional<Object>& found) {
    ours_.taken_at = ours_.renewed_at = clock_.now();
    ours_.expires_at = ours_.taken_at + kLeaseDuration;
    ours_.term = found && last_term_ < std::numeric_limits<int64_t>::max() ? last_term_ + 1 : 1;
    const Duration asked_at = clock_.elapsed();
    crash_point("collect.lease.before");
    auto put = store_.put(key_, encode_lease(ours_),
                          found ? Precondition::unchanged(found->version) : Precondition::absent());
    crash_point("collect.lease.after");
    if (put) {
      return std::optional(TakenLease{ours_, *std::move(put), asked_at});
    }
    // Whatever was answered, it may have been written.
    auto now_there = store_.get(key_);
    if (now_there) {
      const auto lease = decode_lease(now_there->bytes);
      if (lease && lease->holder == ours_.holder) {
        return std::optional(TakenLease{*lease, std::move(now_there->version), asked_at});
      }
    }
    const bool is_race = put.error().code == ErrorCode::kAlreadyExists ||
                         put.error().code == ErrorCode::kPreconditionFailed;
    if (is_race) {
      return std::optional<TakenLease>();
    }
    return fail_with_context("can't take the lease", std::move(put).error());
  }

  ObjectStore& store_;
  Clock& clock_;
  const LeaseRequest& request_;
  const std::string key_;
  LeaseDocument ours_;
  int64_t last_term_ = 0;
  std::optional<Version> watched_;
  Duration unchanged_since_{0};
};

}  // namespace

Result<TakenLease> take_lease(ObjectStore& store, Clock& clock, const LeaseRequest& request,
                              std::stop_token stop) {
  return LeaseTaking(store, clock, request).take(stop);
}

}  // namespace github_stats
