#include "github/limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace github_stats {
namespace {

using Kind = Limits::Decision::Kind;

constexpr std::string_view kMoreTime = "resume later, add a token, or raise MAX_WAIT_MINUTES";

int64_t minutes_of(Duration duration) {
  return std::chrono::ceil<std::chrono::minutes>(duration).count();
}

Limits::Decision fail_with(ErrorCode code, std::string message, std::string_view remedy) {
  Limits::Decision decision;
  decision.kind = Kind::kFail;
  decision.error = {code, std::move(message), std::string(remedy)};
  return decision;
}

Limits::Decision wait_for_answer(WaitReason reason) {
  return {Kind::kWait, 0, reason, std::nullopt};
}

}  // namespace

Limits::Limits(const RateLimiterOptions& options)
    : options_(options),
      tokens_(options.tokens, TokenBudget(options.reserve)),
      usable_(options.tokens, true),
      secondary_(options.max_wait),
      outage_(options.max_wait),
      minute_(options.points_per_minute, std::chrono::minutes(1)) {}

Limits::Decision Limits::decide(Duration now, int64_t points) const {
  if (given_up_) {
    return {Kind::kFail, 0, WaitReason::kNothing, std::nullopt, *given_up_, false};
  }
  const bool probe = outage_.is_in_doubt();
  if (auto decision = decide_spending(points)) {
    return *std::move(decision);
  }
  if (auto decision = decide_pause(now)) {
    return *std::move(decision);
  }
  if (auto decision = decide_pace(now, points)) {
    return *std::move(decision);
  }
  Decision decision = decide_token(now, points);
  if (decision.kind == Kind::kGo && probe) {
    decision.kind = Kind::kProbe;
  }
  return decision;
}

std::optional<Limits::Decision> Limits::decide_spending(int64_t points) const {
  if (!options_.max_points || points_spent_ + points_in_flight_ + points <= *options_.max_points) {
    return std::nullopt;
  }
  if (in_flight_ > 0) {
    return wait_for_answer(WaitReason::kPace);  // it may cost less than was expected
  }
  Decision decision = fail_with(ErrorCode::kRateLimited,
                                fmt::format("{} of the {} points that this run may spend are spent",
                                            points_spent_, *options_.max_points),
                                "resume when you like, or raise --max-points (MAX_POINTS)");
  decision.points_are_spent = true;
  return decision;
}

std::optional<Limits::Decision> Limits::decide_pause(Duration now) const {
  if (outage_.is_in_doubt()) {
    if (outage_.is_probing()) {
      return wait_for_answer(WaitReason::kOutage);
    }
    if (outage_.next_probe_at() > now) {
      return wait_until(now, outage_.next_probe_at(), WaitReason::kOutage);
    }
  }
  if (secondary_.paused_until() > now) {
    return wait_until(now, secondary_.paused_until(), WaitReason::kSecondaryLimit);
  }
  if (secondary_.is_trying()) {
    return wait_for_answer(WaitReason::kPace);
  }
  return std::nullopt;
}

std::optional<Limits::Decision> Limits::decide_pace(Duration now, int64_t points) const {
  if (in_flight_ >= options_.max_concurrent) {
    return wait_for_answer(WaitReason::kPace);
  }
  const auto fits_at = minute_.fits_at(now, points);
  if (!fits_at) {
    return wait_for_answer(WaitReason::kPace);
  }
  if (*fits_at > now) {
    return Decision{Kind::kWait, 0, WaitReason::kPace, fits_at};
  }
  return std::nullopt;
}

Limits::Decision Limits::decide_token(Duration now, int64_t points) const {
  std::optional<Duration> reset;
  bool any_usable = false;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (!usable_[i]) {
      continue;
    }
    any_usable = true;
    switch (tokens_[i].verdict(now, points)) {
      case TokenBudget::Verdict::kGo:
        return {Kind::kGo, i, WaitReason::kNothing, std::nullopt};
      case TokenBudget::Verdict::kWaitForAnswer:
        return wait_for_answer(WaitReason::kPace);
      case TokenBudget::Verdict::kWaitForReset:
        reset = std::min(reset.value_or(tokens_[i].reset_at()), tokens_[i].reset_at());
        break;
      case TokenBudget::Verdict::kNever:
        break;
    }
  }
  if (!any_usable) {
    return fail_with(ErrorCode::kUnauthenticated, "GitHub refused every token",
                     "set GITHUB_TOKEN to a valid token");
  }
  if (!reset) {
    return fail_with(
        ErrorCode::kRateLimited,
        fmt::format("a reserve of {} points leaves nothing of a token's hour", options_.reserve),
        "lower --reserve-points (RESERVE_POINTS), or add a token");
  }
  return wait_until(now, *reset, WaitReason::kRateLimit);
}

Limits::Decision Limits::wait_until(Duration now, Duration until, WaitReason reason) const {
  if (until - now <= options_.max_wait || reason == WaitReason::kOutage) {
    return {Kind::kWait, 0, reason, until};
  }
  if (in_flight_ > 0) {
    return wait_for_answer(reason);  // it may tell of more points, and loses nothing
  }
  return fail_with(ErrorCode::kRateLimited,
                   fmt::format("GitHub's {} lasts for another {} minutes; the longest wait is {}",
                               reason == WaitReason::kRateLimit ? "rate limit" : "secondary limit",
                               minutes_of(until - now), minutes_of(options_.max_wait)),
                   kMoreTime);
}

Limits::Ticket Limits::begin(Duration now, const Decision& decision, int64_t points) {
  const Ticket ticket{++newest_, decision.token, points, decision.kind == Kind::kProbe};
  tokens_[ticket.token].begin(now, ticket.serial, points);
  secondary_.begin(ticket.serial);
  minute_.begin(points);
  if (ticket.is_probe) {
    outage_.probe(ticket.serial);
  }
  ++in_flight_;
  points_in_flight_ += points;
  return ticket;
}

void Limits::end(Duration now, const Ticket& ticket, const RequestOutcome& outcome) {
  using OutcomeKind = RequestOutcome::Kind;
  const bool limited = outcome.kind == OutcomeKind::kLimited;
  const bool used_up =
      limited && !outcome.retry_after && outcome.budget && outcome.budget->remaining <= 0;
  TokenBudget& token = tokens_[ticket.token];
  token.end(now, {.serial = ticket.serial,
                  .points = ticket.points,
                  .newest = newest_,
                  .answered = outcome.kind == OutcomeKind::kAnswered,
                  .used_up = used_up,
                  .free = limited,
                  .budget = outcome.budget});
  // What got no answer may have been charged all the same.
  const int64_t unknown_cost = limited || token.has_no_limit() ? 0 : ticket.points;
  const int64_t cost = outcome.points.value_or(unknown_cost);
  minute_.end(now, ticket.points, cost);
  ++ends_[static_cast<size_t>(outcome.kind)];
  --in_flight_;
  points_in_flight_ -= ticket.points;
  points_spent_ += cost;
  secondary_.end(ticket.serial);
  note(now, ticket, outcome, used_up);
}

void Limits::note(Duration now, const Ticket& ticket, const RequestOutcome& outcome, bool used_up) {
  using OutcomeKind = RequestOutcome::Kind;
  if (outcome.kind == OutcomeKind::kUnknown) {
    outage_.dropped(ticket.serial);
    return;
  }
  if (outcome.kind == OutcomeKind::kUnavailable) {
    if (!outage_.failed(now, ticket.serial)) {
      given_up_ = {ErrorCode::kUnavailable,
                   fmt::format("GitHub has been unavailable for the longest wait of {} minutes",
                               minutes_of(options_.max_wait)),
                   "resume when it is back; www.githubstatus.com tells", /*general=*/true};
    }
    return;
  }
  outage_.answered();
  if (outcome.kind != OutcomeKind::kLimited) {
    secondary_.answered(ticket.serial);
  } else if (!used_up && !secondary_.slow_down(now, ticket.serial, newest_, outcome.retry_after)) {
    given_up_ = {ErrorCode::kRateLimited,
                 fmt::format("GitHub's secondary limit does not end within {} minutes",
                             minutes_of(options_.max_wait)),
                 std::string(kMoreTime)};
  }
}

std::string_view to_string(RequestOutcome::Kind kind) {
  switch (kind) {
    case RequestOutcome::Kind::kAnswered:
      return "answered";
    case RequestOutcome::Kind::kRefused:
      return "refused";
    case RequestOutcome::Kind::kLimited:
      return "limited";
    case RequestOutcome::Kind::kUnavailable:
      return "unavailable";
    case RequestOutcome::Kind::kUnknown:
      break;
  }
  return "unknown";
}

std::optional<int64_t> Limits::points_left(Duration now) const {
  std::optional<int64_t> sum;
  for (size_t i = 0; i < tokens_.size(); ++i) {
    if (const auto left = tokens_[i].points_left(now); left && usable_[i]) {
      sum = sum.value_or(0) + *left;
    }
  }
  return sum;
}

}  // namespace github_stats
