#include "github/app_sign_in.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/json_writer.h"
#include "base/log.h"
#include "github/answer.h"
#include "http/answer_headers.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;
using std::chrono::seconds;

constexpr auto kBackdated = seconds(60);        // for clocks that are a little behind
constexpr auto kJwtLifetime = seconds(9 * 60);  // GitHub takes at most ten minutes
constexpr auto kClocksAgree = seconds(30);

// A text field at the top of a JSON answer.
Result<std::string> text_field(const HttpResponse& response, std::string_view name) {
  ondemand::parser parser;
  const simdjson::padded_string padded(response.body);
  ondemand::document document;
  std::string_view text;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document[name].get(text) != simdjson::SUCCESS) {
    return fail(ErrorCode::kDataLoss, fmt::format("GitHub's answer has no '{}'", name));
  }
  return std::string(text);
}

Result<int64_t> id_field(const HttpResponse& response) {
  ondemand::parser parser;
  const simdjson::padded_string padded(response.body);
  ondemand::document document;
  int64_t id = 0;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
      document["id"].get(id) != simdjson::SUCCESS) {
    return fail(ErrorCode::kDataLoss, "GitHub's answer has no 'id'");
  }
  return id;
}

}  // namespace

AppSignIn::AppSignIn(HttpClient& http, Clock& clock, GitHubAppOptions options)
    : http_(http),
      clock_(clock),
      options_(std::move(options)),
      installation_(options_.installation_id) {}

Result<FreshToken> AppSignIn::new_token(std::stop_token stop) {
  Result<FreshToken> token = request_token(stop);
  if (!token && token.error().code != ErrorCode::kCancelled) {
    Error& error = token.error();
    error.code = ErrorCode::kUnauthenticated;
    error.message =
        fmt::format("can't sign in to GitHub as the App {}: {}", options_.app_id, error.message);
  }
  return token;
}

Result<FreshToken> AppSignIn::request_token(std::stop_token stop) {
  ASSIGN_OR_RETURN(const int64_t id, installation(stop));
  const auto response =
      ask(HttpMethod::kPost, fmt::format("/app/installations/{}/access_tokens", id), stop);
  if (!response && response.error().code == ErrorCode::kNotFound) {
    installation_ = options_.installation_id;  // one that was looked up may have been replaced
    return fail(ErrorCode::kNotFound, fmt::format("it has no installation {}", id),
                "check GITHUB_APP_INSTALLATION_ID; when it is unset, GITHUB_ORG's is looked up");
  }
  RETURN_IF_ERROR(response);
  FreshToken token;
  ASSIGN_OR_RETURN(token.text, text_field(*response, "token"));
  ASSIGN_OR_RETURN(const std::string expiry, text_field(*response, "expires_at"));
  ASSIGN_OR_RETURN(const Time expires_at, parse_time(expiry));
  const Time now = server_time_of(*response).value_or(clock_.now());
  // A second less: the header counts in whole seconds.
  token.lifetime = expires_at - now - seconds(1);
  token.expires_at = clock_.elapsed() + token.lifetime;
  return token;
}

Result<int64_t> AppSignIn::installation(std::stop_token stop) {
  if (installation_) {
    return *installation_;
  }
  for (const std::string_view kind : {"orgs", "users"}) {
    const auto response =
        ask(HttpMethod::kGet, fmt::format("/{}/{}/installation", kind, options_.owner), stop);
    if (response) {
      ASSIGN_OR_RETURN(installation_, id_field(*response));
      return *installation_;
    }
    if (response.error().code != ErrorCode::kNotFound) {
      return tl::unexpected<Error>(response.error());
    }
  }
  return fail(ErrorCode::kNotFound, fmt::format("it is not installed for {}", options_.owner),
              "install the App there (its settings, 'Install App'), or correct GITHUB_ORG");
}

Result<HttpResponse> AppSignIn::ask(HttpMethod method, const std::string& path,
                                    std::stop_token stop) {
  for (int number = 1;; ++number) {
    auto response = send_signed(method, path, stop);
    std::optional<Duration> retry_after;
    if (response && classify_status(response->status)) {
      retry_after = retry_after_of(*response);
      response = tl::unexpected<Error>(refusal(*response));
    }
    if (response) {
      return response;
    }
    const FailedAttempt failed{response.error().code, number, retry_after};
    const auto wait = wait_before_retry(options_.retry, failed, options_.random());
    if (!wait) {
      return response;
    }
    log_debug("signing in to GitHub again",
              {{"reason", response.error().message},
               {"wait_ms", std::chrono::floor<std::chrono::milliseconds>(*wait).count()}});
    if (!clock_.sleep_for(*wait, stop)) {
      return fail(ErrorCode::kCancelled, "stopped before signing in to GitHub again");
    }
  }
}

// One request; a second one when the first was refused for this machine's wrong clock.
Result<HttpResponse> AppSignIn::send_signed(HttpMethod method, const std::string& path,
                                            std::stop_token stop) {
  HttpRequest request{.method = method, .url = options_.api_url + path};
  for (bool first = true;; first = false) {
    const Time assumed = github_start_.value_or(clock_.now() - clock_.elapsed());
    ASSIGN_OR_RETURN(const std::string jwt, make_jwt());
    request.headers = {{"authorization", "bearer " + jwt},
                       {"accept", "application/vnd.github+json"}};
    ASSIGN_OR_RETURN(HttpResponse response, http_.send(request, stop));
    hide_secret(response, jwt);
    learn_time(response);
    const bool wrong_time =
        github_start_ && std::chrono::abs(*github_start_ - assumed) > kClocksAgree;
    if (response.status != 401 || !wrong_time || !first) {
      return response;
    }
    log_warning("this machine's clock differs from GitHub's, which is used",
                {{"seconds", std::chrono::floor<seconds>(*github_start_ - assumed).count()}});
  }
}

Result<std::string> AppSignIn::make_jwt() {
  const Time now = github_start_ ? *github_start_ + clock_.elapsed() : clock_.now();
  const auto unix_time = [](Time time) {
    return std::chrono::floor<seconds>(time.time_since_epoch()).count();
  };
  std::string claims;
  JsonWriter json(claims);
  json.begin_object().key("iat").integer(unix_time(now - kBackdated));
  json.key("exp").integer(unix_time(now + kJwtLifetime));
  json.key("iss").text(std::to_string(options_.app_id)).end_object();
  return signed_jwt(options_.key, claims);
}

void AppSignIn::learn_time(const HttpResponse& response) {
  if (const auto now = server_time_of(response)) {
    github_start_ = *now - clock_.elapsed();
  }
}

Error AppSignIn::refusal(const HttpResponse& response) const {
  Error error = classify_http_failure(response);
  const std::string message = message_of(response);
  if (response.status == 401) {
    error.message = "GitHub answered 401: " + message;
    error.remedy =
        "the private key must be one of the App's: check GITHUB_APP_PRIVATE_KEY (or "
        "GITHUB_APP_PRIVATE_KEY_FILE) and GITHUB_APP_ID";
  } else if (response.status == 404 && message.starts_with("Integration")) {
    error.code = ErrorCode::kUnauthenticated;
    error.message = "GitHub knows no such App";
    error.remedy = "check GITHUB_APP_ID, and GITHUB_API_URL";
  } else if (error.code == ErrorCode::kPermissionDenied) {
    error.remedy = "see the App's installation in the organisation's settings";
  }
  return error;
}

}  // namespace github_stats
