#include "http/token_keeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"

namespace github_stats {
namespace {

constexpr Duration kPauseAfterFailure = std::chrono::seconds(30);

}  // namespace

Result<std::string> TokenKeeper::token(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (true) {
    const Duration now = clock_.elapsed();
    if (is_valid(now) && (renewing_ || now < renew_at_)) {
      return token_->text;
    }
    if (!renewing_) {
      return renew(lock, stop);
    }
    if (!renewed_.wait(lock, stop, [this] { return !renewing_; })) {
      return fail(ErrorCode::kCancelled, fmt::format("stopped while signing in to {}", whom_));
    }
    if (!failure_ && token_) {
      return token_->text;  // however short it lives
    }
    if (failure_ && failure_->code != ErrorCode::kCancelled) {
      return tl::unexpected<Error>(*failure_);
    }
  }
}

// Lets go of the lock while it asks.
Result<std::string> TokenKeeper::renew(std::unique_lock<std::mutex>& lock, std::stop_token stop) {
  const Patience patience = is_valid(clock_.elapsed()) ? Patience::kNone : Patience::kUsual;
  renewing_ = true;
  lock.unlock();
  auto next = fetch_(patience, stop);
  lock.lock();
  renewing_ = false;
  renewed_.notify_all();
  if (next) {
    failure_.reset();
    token_ = *std::move(next);
    renew_at_ = token_->expires_at - std::min(early_, token_->lifetime / 2);
    log_debug("signed in",
              {{"to", whom_},
               {"lifetime_s", std::chrono::floor<std::chrono::seconds>(token_->lifetime).count()}});
    return token_->text;
  }
  failure_ = next.error();
  if (is_valid(clock_.elapsed()) && failure_->code != ErrorCode::kCancelled) {
    log_warning("an access token could not be renewed yet",
                {{"for", whom_}, {"reason", failure_->message}});
    renew_at_ = clock_.elapsed() + kPauseAfterFailure;
    return token_->text;
  }
  return tl::unexpected<Error>(*failure_);
}

void TokenKeeper::refused(const std::string& token) {
  const std::lock_guard lock(mutex_);
  if (token_ && token_->text == token) {
    token_.reset();
  }
}

}  // namespace github_stats
