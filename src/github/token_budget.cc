#include "github/token_budget.h"

#include <algorithm>

namespace github_stats {
namespace {

// GitHub's figure for one and the same reset varies a little.
constexpr Duration kSameReset = std::chrono::minutes(1);

// A token that is refused right after its reset is asked again so much later.
constexpr Duration kDoubtfulReset = std::chrono::minutes(1);

}  // namespace

TokenBudget::Verdict TokenBudget::verdict(Duration now, int64_t points) const {
  if (knowledge_ == Knowledge::kNoLimit) {
    return Verdict::kGo;
  }
  if (knowledge_ == Knowledge::kBudget && limit_ > 0 && limit_ - reserve_ < points) {
    return Verdict::kNever;
  }
  if (!is_known(now)) {
    return first_ ? Verdict::kWaitForAnswer : Verdict::kGo;
  }
  return available() >= points ? Verdict::kGo : Verdict::kWaitForReset;
}

int64_t TokenBudget::available() const {
  int64_t points = remaining_ - reserve_ - in_flight_;
  for (const Uncertain& uncertain : uncertain_) {
    points -= uncertain.points;
  }
  return points;
}

void TokenBudget::begin(Duration now, uint64_t serial, int64_t points) {
  if (knowledge_ != Knowledge::kNoLimit && !is_known(now)) {
    first_ = serial;
  }
  in_flight_ += points;
}

void TokenBudget::end(Duration now, const End& end) {
  in_flight_ -= end.points;
  const bool was_first = first_ == end.serial;
  if (was_first) {
    first_.reset();
  }
  if (end.budget) {
    observe(now, end.serial, *end.budget);
  } else if (end.answered && knowledge_ == Knowledge::kNone) {
    knowledge_ = Knowledge::kNoLimit;
  } else if (!end.free && is_known(now)) {
    uncertain_.push_back({end.newest, end.points});
  }
  if (end.used_up && knowledge_ == Knowledge::kBudget) {
    remaining_ = 0;
    reset_at_ = was_first ? std::max(reset_at_, now + kDoubtfulReset) : reset_at_;
  }
}

void TokenBudget::observe(Duration now, uint64_t serial, const RateBudget& budget) {
  const Duration reset_at = now + budget.until_reset;
  // Answers overtake each other: within one hour the lowest figure is the newest.
  if (is_known(now) && reset_at < reset_at_ + kSameReset) {
    remaining_ = std::min(remaining_, budget.remaining);
    std::erase_if(uncertain_, [&](const Uncertain& u) { return u.newest < serial; });
  } else {
    remaining_ = budget.remaining;
    uncertain_.clear();
  }
  limit_ = budget.limit;
  reset_at_ = reset_at;
  knowledge_ = Knowledge::kBudget;
}

std::optional<int64_t> TokenBudget::points_left(Duration now) const {
  if (knowledge_ != Knowledge::kBudget) {
    return std::nullopt;
  }
  return is_known(now) ? std::max<int64_t>(remaining_ - in_flight_, 0) : limit_;
}

}  // namespace github_stats
