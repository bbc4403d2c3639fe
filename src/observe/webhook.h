// Sends a JSON body to somebody's webhook, within seconds.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/http_client.h"

namespace github_stats {

// All tries together.
inline constexpr Duration kLongestDelivery = std::chrono::seconds(10);

class Webhook {
 public:
  // `url` is a secret and in no error. `random` (in [0, 1)) is for jitter.
  Webhook(HttpClient& http, Clock& clock, std::string url, std::function<double()> random)
      : http_(http), clock_(clock), url_(std::move(url)), random_(std::move(random)) {}

  // Posts the body, once more or twice if the trouble may pass. Fails with what the last answer
  // means or why there was none, and with cancelled.
  Status post(const std::string& json, std::stop_token stop);

 private:
  Status post_once(const std::string& json, Duration timeout, std::stop_token stop);

  HttpClient& http_;
  Clock& clock_;
  const std::string url_;
  const std::function<double()> random_;
};

}  // namespace github_stats
