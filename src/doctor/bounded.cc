#include "doctor/bounded.h"

#include "http/answer_headers.h"

namespace github_stats::doctor {
namespace {

// The server's time lies within the second that it named, while the exchange went on.
Duration difference(Time sent, Time received, Time server) {
  const Time latest = server + std::chrono::seconds(1);
  return sent > latest ? sent - latest : received < server ? received - server : Duration(0);
}

}  // namespace

Result<HttpResponse> BoundedClient::send(const HttpRequest& request, std::stop_token stop) {
  HttpRequest bounded = request;
  bounded.timeout = std::min(bounded.timeout, kTimeout);
  const Time sent = clock_.now();
  auto response = http_->send(bounded, std::move(stop));
  if (response) {
    if (const auto server = server_time_of(*response)) {
      const std::lock_guard lock(mutex_);
      ahead_ = difference(sent, clock_.now(), *server);
    }
  }
  return response;
}

std::optional<Duration> BoundedClient::ahead() const {
  const std::lock_guard lock(mutex_);
  return ahead_;
}

}  // namespace github_stats::doctor
