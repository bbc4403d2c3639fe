#include "observe/webhook.h"

#include <optional>

#include "http/retry.h"

namespace github_stats {
namespace {

constexpr RetryPolicy kPolicy{.max_attempts = 3,
                              .first_wait = std::chrono::milliseconds(500),
                              .longest_wait = std::chrono::seconds(2),
                              .rate_limit_wait = std::nullopt,
                              .longest_asked_wait = std::chrono::seconds(3)};

// Why no answer came, in words of our own: those of the client name the host, which may be part of
// the secret.
std::string_view describe(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUnavailable:
      return "there is no answer from it";
    case ErrorCode::kInvalidArgument:
      return "its address, its certificate, or a proxy on the way to it can't be used";
    case ErrorCode::kCancelled:
      return "stopped before it answered";
    default:
      return "nothing could be sent to it";
  }
}

}  // namespace

Status Webhook::post_once(const std::string& json, Duration timeout, std::stop_token stop) {
  const auto response = http_.send({.method = HttpMethod::kPost,
                                    .url = url_,
                                    .headers = {{"Content-Type", "application/json"}},
                                    .body = json,
                                    .timeout = timeout},
                                   std::move(stop));
  if (!response) {
    return fail(response.error().code, std::string(describe(response.error().code)));
  }
  constexpr int kOk = 200;
  constexpr int kRedirects = 300;
  if (response->status >= kOk && response->status < kRedirects) {
    return {};
  }
  return fail(classify_status(response->status).value_or(ErrorCode::kInvalidArgument),
              "it answered with HTTP status " + std::to_string(response->status));
}

Status Webhook::post(const std::string& json, std::stop_token stop) {
  const Duration deadline = clock_.elapsed() + kLongestDelivery;
  for (int attempt = 1;; ++attempt) {
    const Duration left = deadline - clock_.elapsed();
    Status status = post_once(json, left, stop);
    if (status) {
      return status;
    }
    const auto wait =
        wait_before_retry(kPolicy, {.code = status.error().code, .number = attempt}, random_());
    if (!wait || clock_.elapsed() + *wait >= deadline || !clock_.sleep_for(*wait, stop)) {
      return status;
    }
  }
}

}  // namespace github_stats
