// Everything that talks to GitHub, put together from the settings.
#pragma once

#include <memory>

#include "base/result.h"
#include "config/settings.h"
#include "extract/fetcher.h"
#include "github/app_sign_in.h"
#include "github/github_client.h"
#include "github/rate_limiter.h"
#include "http/http_client.h"

namespace github_stats {

// How the settings' App, which must be there, signs in. invalid_argument, naming the setting, when
// its private key can't be used.
Result<GitHubAppOptions> app_options(const Settings& settings);

class GitHubConnection {
 public:
  // Checks the credentials as far as that goes without asking GitHub, to whom nothing is sent.
  // Fails with invalid_argument: there are none, or the App's private key can't be used; the
  // message names the setting.
  static Result<std::unique_ptr<GitHubConnection>> open(const Settings& settings);

  Fetcher& fetcher() { return fetcher_; }
  const RateLimiter& limiter() const { return limiter_; }
  ApiUsage usage() const { return client_.usage(); }

 private:
  GitHubConnection(const Settings& settings, std::unique_ptr<HttpClient> http,
                   GitHubClientOptions options);

  std::unique_ptr<HttpClient> http_;
  RateLimiter limiter_;
  GitHubClient client_;
  Fetcher fetcher_;
};

}  // namespace github_stats
