#include "github/rate_limiter.h"

#include <utility>

#include "base/log.h"

namespace github_stats {
namespace {

using Kind = Limits::Decision::Kind;

// Ends of one and the same wait differ a little from answer to answer.
constexpr Duration kSameWait = std::chrono::seconds(5);

std::string_view event_for(WaitReason reason) {
  switch (reason) {
    case WaitReason::kRateLimit:
      return "waiting for GitHub's rate limit";
    case WaitReason::kSecondaryLimit:
      return "waiting for GitHub's secondary limit";
    case WaitReason::kOutage:
      return "GitHub is unavailable: waiting, then asking again";
    case WaitReason::kNothing:
    case WaitReason::kPace:
      break;
  }
  return "";
}

// Sleeps until `duration` has passed, `stop` is requested, or `woken` is.
void sleep_until_woken(Clock& clock, Duration duration, const std::stop_token& stop,
                       const std::stop_token& woken) {
  std::stop_source either;
  const auto end = [&either] { either.request_stop(); };
  const std::stop_callback on_stop(stop, end);
  const std::stop_callback on_wake(woken, end);
  clock.sleep_for(duration, either.get_token());
}

}  // namespace

void Permit::finish(const RequestOutcome& outcome) {
  if (RateLimiter* limiter = std::exchange(limiter_, nullptr)) {
    limiter->finish(ticket_, outcome);
  }
}

RateLimiter::RateLimiter(Clock& clock, RateLimiterOptions options)
    : clock_(clock), limits_(options) {}

Result<Permit> RateLimiter::acquire(std::stop_token stop, int64_t points) {
  std::unique_lock lock(mutex_);
  while (true) {
    const Duration now = clock_.elapsed();
    Limits::Decision decision = limits_.decide(now, points);
    switch (decision.kind) {
      case Kind::kGo:
      case Kind::kProbe:
        return Permit(*this, limits_.begin(now, decision, points));
      case Kind::kFail:
        points_are_spent_ = points_are_spent_ || decision.points_are_spent;
        return tl::unexpected<Error>(std::move(decision.error));
      case Kind::kWait:
        announce(decision, now);
        if (!wait(lock, decision, now, stop)) {
          return fail(ErrorCode::kCancelled, "stopped while waiting to ask GitHub");
        }
        break;
    }
  }
}

// False when it was ended by `stop`.
bool RateLimiter::wait(std::unique_lock<std::mutex>& lock, const Limits::Decision& decision,
                       Duration now, std::stop_token stop) {
  if (decision.until) {
    const std::stop_token woken = end_of_sleep_.get_token();
    lock.unlock();
    sleep_until_woken(clock_, *decision.until - now, stop, woken);
    lock.lock();
  } else {
    changed_.wait(lock, stop, [this, before = ended_] { return ended_ != before; });
  }
  return !stop.stop_requested();
}

void RateLimiter::announce(const Limits::Decision& decision, Duration now) {
  if (!decision.until || event_for(decision.reason).empty() ||
      (decision.reason == announced_ && *decision.until <= announced_until_ + kSameWait)) {
    return;
  }
  announced_ = decision.reason;
  announced_until_ = *decision.until;
  const Duration wait = *decision.until - now;
  log_info(event_for(decision.reason),
           {{"seconds", std::chrono::ceil<std::chrono::seconds>(wait).count()},
            {"until", format_time(std::chrono::ceil<std::chrono::seconds>(clock_.now() + wait))}});
}

void RateLimiter::finish(const Limits::Ticket& ticket, const RequestOutcome& outcome) {
  std::stop_source sleepers;
  {
    const std::lock_guard lock(mutex_);
    limits_.end(clock_.elapsed(), ticket, outcome);
    ++ended_;
    sleepers = std::exchange(end_of_sleep_, std::stop_source());
  }
  changed_.notify_all();
  sleepers.request_stop();
}

void RateLimiter::set_aside(size_t token) {
  const std::lock_guard lock(mutex_);
  limits_.set_aside(token);
}

bool RateLimiter::is_in_doubt() const {
  const std::lock_guard lock(mutex_);
  return limits_.is_in_doubt();
}

bool RateLimiter::points_are_spent() const {
  const std::lock_guard lock(mutex_);
  return points_are_spent_;
}

std::optional<int64_t> RateLimiter::points_left() const {
  const std::lock_guard lock(mutex_);
  return limits_.points_left(clock_.elapsed());
}

std::vector<std::optional<RateLimiter::TokenHour>> RateLimiter::token_hours() const {
  const std::lock_guard lock(mutex_);
  const Duration now = clock_.elapsed();
  std::vector<std::optional<TokenHour>> hours;
  for (const TokenBudget& token : limits_.tokens()) {
    auto& hour = hours.emplace_back();
    if (const auto left = token.points_left(now)) {
      hour = {.points_left = *left};
      if (const auto renewed_at = token.renewed_at(now)) {
        hour->renewed_at = clock_.now() + (*renewed_at - now);
      }
    }
  }
  return hours;
}

std::array<int64_t, kRequestEnds.size()> RateLimiter::ended() const {
  const std::lock_guard lock(mutex_);
  std::array<int64_t, kRequestEnds.size()> ends{};
  for (size_t i = 0; i < ends.size(); ++i) {
    ends[i] = limits_.ended(kRequestEnds[i]);
  }
  return ends;
}

RateLimiter::Waiting RateLimiter::waiting() const {
  const std::lock_guard lock(mutex_);
  const Duration now = clock_.elapsed();
  const Limits::Decision decision = limits_.decide(now, 1);
  if (decision.kind != Kind::kWait || !decision.until || decision.reason == WaitReason::kPace) {
    return {};
  }
  return {decision.reason, *decision.until - now};
}

}  // namespace github_stats
