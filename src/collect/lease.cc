#include "collect/lease.h"

#include <fmt/format.h>

#include <utility>

#include "base/crash_point.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr int kMostTries = 3;

// `general` tells it from a precondition of the object itself: nobody should try again.
tl::unexpected<Error> lost_lease(const std::string& org, std::string_view why) {
  return tl::unexpected<Error>({.code = ErrorCode::kPreconditionFailed,
                                .message = fmt::format("lost the lease of {}: {}", org, why),
                                .remedy = "let only one collector work on an organisation",
                                .general = true});
}

}  // namespace

Lease::Lease(ObjectStore& store, Clock& clock, std::string org, TakenLease taken)
    : store_(store),
      clock_(clock),
      org_(std::move(org)),
      key_(lease_key(org_)),
      document_(std::move(taken.document)),
      version_(std::move(taken.version)),
      confirmed_at_(taken.asked_at) {}

Status Lease::renew() {
  const std::lock_guard requesting(request_mutex_);
  for (int tried = 0; tried < kMostTries; ++tried) {
    {
      const std::lock_guard lock(mutex_);
      if (lost_) {
        return tl::unexpected<Error>(*lost_);
      }
    }
    const Duration asked_at = clock_.elapsed();
    document_.renewed_at = clock_.now();
    document_.expires_at = document_.renewed_at + kLeaseDuration;
    crash_point("collect.lease.before");
    auto put = store_.put(key_, encode_lease(document_), Precondition::unchanged(version_));
    crash_point("collect.lease.after");
    if (put) {
      version_ = *std::move(put);
      const std::lock_guard lock(mutex_);
      confirmed_at_ = asked_at;
      return {};
    }
    if (put.error().code != ErrorCode::kPreconditionFailed) {
      return in_trouble(std::move(put).error());
    }
    RETURN_IF_ERROR(find_out());
  }
  return in_trouble({ErrorCode::kUnavailable, "its version changes all the time", {}});
}

Status Lease::find_out() {
  auto object = store_.get(key_);
  if (!object) {
    return object.error().code == ErrorCode::kNotFound
               ? lose("somebody has removed it; another process may be at work")
               : in_trouble(std::move(object).error());
  }
  const auto lease = decode_lease(object->bytes);
  if (!lease) {
    return lose("somebody has overwritten it; another process may be at work");
  }
  if (lease->holder != document_.holder) {
    return lose("another process has taken it: " + describe_holder(*lease));
  }
  version_ = std::move(object->version);
  return {};
}

Status Lease::lose(std::string_view why) {
  const std::lock_guard lock(mutex_);
  lost_ = lost_lease(org_, why).value();
  return tl::unexpected<Error>(*lost_);
}

tl::unexpected<Error> Lease::in_trouble(Error error) {
  const Duration unconfirmed = [this] {
    const std::lock_guard lock(mutex_);
    return clock_.elapsed() - confirmed_at_;
  }();
  if (unconfirmed >= kLeaseDuration) {
    return tl::unexpected<Error>(
        lose(fmt::format("it could not be renewed for {} s; another process may be at work: {}",
                         unconfirmed / std::chrono::seconds(1), error.describe()))
            .error());
  }
  return tl::unexpected<Error>(std::move(error));
}

Status Lease::check() const {
  const std::lock_guard lock(mutex_);
  if (lost_) {
    return tl::unexpected<Error>(*lost_);
  }
  const Duration unconfirmed = clock_.elapsed() - confirmed_at_;
  if (unconfirmed >= kLeaseDuration - kLeaseMargin) {
    return lost_lease(org_,
                      fmt::format("it was not renewed for {} s; another process may be at work",
                                  unconfirmed / std::chrono::seconds(1)));
  }
  return {};
}

Status Lease::ensure() {
  if (check()) {
    return {};
  }
  const std::lock_guard ensuring(ensure_mutex_);
  if (!check()) {
    RETURN_IF_ERROR(renew());
  }
  return check();
}

Status Lease::release() {
  const std::lock_guard requesting(request_mutex_);
  {
    const std::lock_guard lock(mutex_);
    if (lost_) {
      return {};
    }
  }
  for (int tried = 0; tried < kMostTries; ++tried) {
    Status removed = store_.remove(key_, Precondition::unchanged(version_));
    if (removed || removed.error().code != ErrorCode::kPreconditionFailed) {
      (void)lose("it was given up");
      return removed;
    }
    if (const Status ours = find_out(); !ours) {
      return ours.error().code == ErrorCode::kPreconditionFailed ? Status() : ours;
    }
  }
  return in_trouble({ErrorCode::kUnavailable, "its version changes all the time", {}});
}

}  // namespace github_stats
