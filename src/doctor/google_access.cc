#include "doctor/google_access.h"

#include "doctor/judgement.h"

namespace github_stats::doctor {
namespace {

constexpr RetryPolicy kRetry = {
    .max_attempts = kAttempts, .longest_wait = kLongestWait, .rate_limit_wait = {}};

}  // namespace

std::shared_ptr<GoogleApi> GoogleAccess::get(bool to_emulator) {
  if (to_emulator) {
    auto api = parts_.google(http_, parts_.clock, kRetry, true);
    return api ? *std::move(api) : nullptr;
  }
  if (!tried_) {
    tried_ = true;
    signed_in_ = sign_in();
  }
  return signed_in_;
}

std::shared_ptr<GoogleApi> GoogleAccess::sign_in() {
  const Check check{"google.sign_in", "Google sign-in"};
  auto api = parts_.google(http_, parts_.clock, kRetry, false);
  if (!api) {
    tell_(check.failed(api.error()));
    return nullptr;
  }
  if (const Status signed_in = (*api)->sign_in(); !signed_in) {
    tell_(check.failed(signed_in.error()));
    return nullptr;
  }
  is_real_ = true;
  tell_(check.ok((*api)->identity()));
  return *std::move(api);
}

void GoogleAccess::check_clock() const {
  const auto ahead = http_->ahead();
  if (is_real_ && ahead) {
    tell_(judge_clock({"clock.google", "clock (Google)"}, *ahead, "Google's"));
  }
}

}  // namespace github_stats::doctor
