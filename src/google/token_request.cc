#include "google/token_request.h"

#include <algorithm>

#include "base/log.h"
#include "google/form.h"
#include "google/google_error.h"
#include "google/json_object.h"
#include "http/answer_headers.h"
#include "http/url.h"

namespace github_stats {
namespace {

using std::chrono::seconds;

constexpr seconds kLongestLifetime = std::chrono::hours(24);

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// A secret may come back as it was sent in a form, or as JSON writes its slashes.
void hide_in_body(HttpResponse& response, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    std::string escaped = secret;
    replace_all(escaped, "/", "\\/");
    hide_secret(response, secret);
    hide_secret(response, percent_encoded(secret));
    hide_secret(response, escaped);
  }
}

// And what JSON wrote with \u is only found when it is read.
void hide_in_message(Error& error, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    if (!secret.empty()) {
      replace_all(error.message, secret, "(hidden)");
    }
  }
}

struct Attempt {
  Result<HttpResponse> response;
  std::optional<Duration> retry_after = {};
};

Attempt attempt_once(const TokenTools& tools, const TokenRequest& request,
                     const std::function<void(const HttpResponse&, Error&)>& explain,
                     std::stop_token stop) {
  Attempt attempt{tools.http.send(request.http, stop)};
  if (!attempt.response || attempt.response->status < 400) {
    return attempt;
  }
  HttpResponse& response = *attempt.response;
  hide_in_body(response, request.secrets);
  Error error = classify_google_failure(response);
  hide_in_message(error, request.secrets);
  if (complaint_of(response).reason == "internal_failure") {
    error.code = ErrorCode::kUnavailable;
  }
  explain(response, error);
  attempt.retry_after = retry_after_of(response);
  attempt.response = tl::unexpected<Error>(std::move(error));
  return attempt;
}

// These endpoints ask for exponential backoff, also when it was too much: not for the minute that
// a rate limit starts from elsewhere.
ErrorCode code_for_waiting(ErrorCode code) {
  return code == ErrorCode::kRateLimited ? ErrorCode::kUnavailable : code;
}

}  // namespace

HttpRequest form_request(std::string url, std::string form) {
  return {.method = HttpMethod::kPost,
          .url = std::move(url),
          .headers = {{"content-type", "application/x-www-form-urlencoded"}},
          .body = std::move(form)};
}

Result<HttpResponse> send_token_request(
    const TokenTools& tools, const std::function<Result<TokenRequest>()>& make,
    const std::function<void(const HttpResponse&, Error&)>& explain, Patience patience,
    std::stop_token stop) {
  RetryPolicy retry = tools.retry;
  if (patience == Patience::kNone) {
    retry.max_attempts = 1;
  }
  for (int number = 1;; ++number) {
    ASSIGN_OR_RETURN(const TokenRequest request, make());
    Attempt attempt = attempt_once(tools, request, explain, stop);
    if (attempt.response) {
      return attempt.response;
    }
    const Error& error = attempt.response.error();
    const auto wait = wait_before_retry(
        retry, {code_for_waiting(error.code), number, attempt.retry_after}, tools.random());
    if (!wait) {
      return attempt.response;
    }
    log_debug("asking for an access token again",
              {{"reason", error.message},
               {"wait_ms", std::chrono::floor<std::chrono::milliseconds>(*wait).count()}});
    if (!tools.clock.sleep_for(*wait, stop)) {
      return fail(ErrorCode::kCancelled, "stopped before asking for an access token again");
    }
  }
}

Result<FreshToken> token_in(const HttpResponse& response, Duration asked_at) {
  const auto malformed = [](const std::string& what) {
    return fail(ErrorCode::kDataLoss, "the answer can't be used: " + what);
  };
  const auto answer = JsonObject::parse(response.body);
  if (!answer) {
    return malformed(answer.error().message);
  }
  auto text = answer->text("access_token");
  const auto lifetime = answer->integer("expires_in");
  if (!text || !lifetime) {
    return malformed(!text ? text.error().message : lifetime.error().message);
  }
  if (!is_bearer_token(*text) || *lifetime < 0) {
    return malformed(*lifetime < 0 ? "its token has expired" : "its 'access_token' is no token");
  }
  const seconds usable = std::min(seconds(*lifetime), kLongestLifetime);
  return FreshToken{*std::move(text), usable, asked_at + usable};
}

bool is_bearer_token(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace github_stats
