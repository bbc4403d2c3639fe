// What keeps checks short: no request and no wait takes long. What the servers' clocks show is
// noted on the way.
#pragma once

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/clock.h"
#include "http/http_client.h"

namespace github_stats::doctor {

// How often a check asks, and how long it waits for each answer.
inline constexpr int kAttempts = 2;
inline constexpr Duration kTimeout = std::chrono::seconds(4);
inline constexpr Duration kLongestWait = std::chrono::seconds(1);

// A clock on which nobody sleeps longer than that, whatever a server asked for.
class BoundedClock : public Clock {
 public:
  explicit BoundedClock(Clock& clock) : clock_(clock) {}

  Time now() override { return clock_.now(); }
  Duration elapsed() override { return clock_.elapsed(); }
  bool sleep_for(Duration duration, std::stop_token stop) override {
    return clock_.sleep_for(std::min(duration, kLongestWait), std::move(stop));
  }

 private:
  Clock& clock_;
};

class BoundedClient : public HttpClient {
 public:
  BoundedClient(std::shared_ptr<HttpClient> http, Clock& clock)
      : http_(std::move(http)), clock_(clock) {}

  Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override;

  // Our clock less that of the server that answered last; nothing when none has told its time. As
  // exact as the whole seconds of an answer's Date header: what is within a second counts as none.
  std::optional<Duration> ahead() const;

 private:
  const std::shared_ptr<HttpClient> http_;
  Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Duration> ahead_;
};

}  // namespace github_stats::doctor
