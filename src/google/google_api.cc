#include "google/google_api.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.h"
#include "google/google_error.h"
#include "http/answer_headers.h"
#include "http/url.h"

namespace github_stats {
namespace {

constexpr std::string_view kAuthorization = "authorization";
constexpr int kAttemptsBeforeItIsSaid = 4;
// What is left to a request once the program was told to stop.
constexpr int kAttemptsWhenStopped = 3;
constexpr Duration kWaitWhenStopped = std::chrono::milliseconds(500);
constexpr Duration kTimeoutWhenStopped = std::chrono::seconds(5);

// A sign-in that failed (general) has been tried patiently already.
bool may_pass(const Error& error) {
  return !error.general &&
         (error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kRateLimited);
}

void set_token(HttpRequest& request, const std::string& token) {
  std::erase_if(request.headers, [](const auto& header) { return header.first == kAuthorization; });
  request.headers.emplace_back(kAuthorization, "Bearer " + token);
}

}  // namespace

GoogleApi::GoogleApi(std::shared_ptr<HttpClient> http, Clock& clock,
                     std::unique_ptr<AccessTokenSource> tokens, GoogleApiOptions options)
    : http_(std::move(http)),
      clock_(clock),
      tokens_(std::move(tokens)),
      options_(std::move(options)) {}

Result<GoogleAnswer> GoogleApi::ask(HttpRequest request, Repeat repeat) {
  for (int number = 1;; ++number) {
    std::optional<Duration> retry_after;
    auto response = ask_once(request, retry_after);
    if (response) {
      return GoogleAnswer{*std::move(response), number > 1};
    }
    // Google has not done what it refuses for its rate.
    const bool may_repeat =
        repeat == Repeat::kSafe || response.error().code == ErrorCode::kRateLimited;
    if (!may_repeat || !wait_to_repeat(response.error(), number, retry_after)) {
      return tl::unexpected<Error>(std::move(response).error());
    }
  }
}

Result<HttpResponse> GoogleApi::ask_once(HttpRequest& request,
                                         std::optional<Duration>& retry_after) {
  if (options_.stop.stop_requested()) {
    request.timeout = std::min(request.timeout, kTimeoutWhenStopped);
  }
  ASSIGN_OR_RETURN(HttpResponse response, send_signed(request));
  if (response.status < 400) {
    return response;
  }
  Error error = classify_google_failure(response);
  if (error.code == ErrorCode::kUnauthenticated) {
    error.message =
        fmt::format("{} refuses {}: {}", origin_of(request.url), identity(), error.message);
    error.remedy = "sign in again, or set GOOGLE_APPLICATION_CREDENTIALS to a valid key file";
    return tl::unexpected<Error>(std::move(error));
  }
  if (may_pass(error)) {
    retry_after = retry_after_of(response);
    error.message = fmt::format("{} answered {}", origin_of(request.url), error.message);
    return tl::unexpected<Error>(std::move(error));
  }
  return response;
}

Result<HttpResponse> GoogleApi::send_signed(HttpRequest& request) {
  if (tokens_ == nullptr) {
    return http_->send(request, {});
  }
  for (bool first = true;; first = false) {
    auto token = tokens_->token({});
    if (!token) {
      token.error().general = true;
      return tl::unexpected<Error>(std::move(token).error());
    }
    set_token(request, *token);
    ASSIGN_OR_RETURN(HttpResponse response, http_->send(request, {}));
    hide_secret(response, *token);
    const bool is_refused = response.status == 401;
    if (!is_refused || !tokens_->refused(*token) || !first) {
      return response;
    }
  }
}

bool GoogleApi::wait_to_repeat(const Error& error, int number,
                               std::optional<Duration> retry_after) {
  if (!may_pass(error)) {
    return false;
  }
  if (options_.stop.stop_requested()) {
    return number < kAttemptsWhenStopped && clock_.sleep_for(kWaitWhenStopped, {});
  }
  const auto wait =
      wait_before_retry(options_.retry, {error.code, number, retry_after}, options_.random());
  if (!wait) {
    return false;
  }
  const auto wait_ms = std::chrono::floor<std::chrono::milliseconds>(*wait).count();
  if (number == kAttemptsBeforeItIsSaid) {
    log_warning("Google does not do what it is asked; trying for about a minute",
                {{"reason", error.message}});
  }
  log_debug("asking Google again", {{"reason", error.message}, {"wait_ms", wait_ms}});
  // A stop ends the wait, not the work: see GoogleApiOptions::stop.
  (void)clock_.sleep_for(*wait, options_.stop);
  return true;
}

Status GoogleApi::sign_in() {
  const auto token = tokens_ == nullptr ? Result<std::string>() : tokens_->token({});
  return token ? Status() : tl::unexpected<Error>(token.error());
}

std::string GoogleApi::identity() const {
  return tokens_ == nullptr ? "nobody" : tokens_->description();
}

std::optional<std::string> GoogleApi::project() const {
  return tokens_ == nullptr ? std::nullopt : tokens_->project();
}

}  // namespace github_stats
