// The requests by which a GitHub App comes to a token: it proves by a signed JWT that it holds its
// private key, finds its installation, and is given a token for it that lasts an hour.
//
// Facts: docs.github.com, "Authenticating as a GitHub App" and "… as a GitHub App installation".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/rs256.h"
#include "http/http_client.h"
#include "http/retry.h"
#include "http/token_keeper.h"

namespace github_stats {

struct GitHubAppOptions {
  std::string api_url;  // as GITHUB_API_URL gives it
  int64_t app_id = 0;
  RsaKey key;
  std::optional<int64_t> installation_id;  // nothing: that of `owner`, looked up once
  std::string owner;                       // organisation or user account
  // More patient than a query's: without a token the whole run ends.
  RetryPolicy retry = {.max_attempts = 8};
  std::function<double()> random;  // in [0, 1), for jitter; thread-safe
};

class AppSignIn {
 public:
  AppSignIn(HttpClient& http, Clock& clock, GitHubAppOptions options);

  // Asks for a new token; passing trouble is waited out. GitHub's clock counts: that of this
  // machine is only where the first request begins, and a JWT that was refused while the two
  // disagree is made again. Fails with unauthenticated (GitHub knows no such App, the key is not
  // its, it is not installed, nothing was heard of GitHub for long) or cancelled. Called by one
  // thread at a time.
  Result<FreshToken> new_token(std::stop_token stop);

  // These ask as the App itself, and fail as GitHub refuses or, after the retries, with
  // unavailable. An address below GITHUB_API_URL ("/app"), and the id of the installation.
  Result<HttpResponse> get(const std::string& path, std::stop_token stop) {
    return ask(HttpMethod::kGet, path, std::move(stop));
  }
  Result<int64_t> installation(std::stop_token stop);

 private:
  Result<FreshToken> request_token(std::stop_token stop);
  Result<HttpResponse> ask(HttpMethod method, const std::string& path, std::stop_token stop);
  Result<HttpResponse> send_signed(HttpMethod method, const std::string& path,
                                   std::stop_token stop);
  Result<std::string> make_jwt();
  void learn_time(const HttpResponse& response);
  Error refusal(const HttpResponse& response) const;

  HttpClient& http_;
  Clock& clock_;
  const GitHubAppOptions options_;
  std::optional<int64_t> installation_;
  std::optional<Time> github_start_;  // GitHub's time at elapsed() zero
};

}  // namespace github_stats
