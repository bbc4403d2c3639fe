#include "cli/github_connection.h"

#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "cli/version.h"
#include "github/github_app.h"
#include "http/curl_client.h"
#include "http/retry.h"

namespace github_stats {
namespace {

Result<std::unique_ptr<TokenSource>> make_app_token(const Settings& settings, HttpClient& http) {
  ASSIGN_OR_RETURN(GitHubAppOptions options, app_options(settings));
  return std::make_unique<AppToken>(http, system_clock(), std::move(options));
}

Result<TokenSources> make_token_sources(const Settings& settings, HttpClient& http) {
  TokenSources sources;
  if (settings.github_credentials.app) {
    ASSIGN_OR_RETURN(auto app, make_app_token(settings, http));
    sources.push_back(std::move(app));
  }
  for (const Secret& token : settings.github_credentials.tokens) {
    sources.push_back(std::make_unique<FixedToken>(token.reveal()));
  }
  return sources;
}

RateLimiterOptions limiter_options(const Settings& settings, size_t tokens) {
  RateLimiterOptions options;
  options.tokens = tokens;
  options.reserve = settings.reserve_points;
  options.max_wait = std::chrono::minutes(settings.max_wait_minutes);
  options.max_points = settings.max_points;
  return options;
}

}  // namespace

Result<GitHubAppOptions> app_options(const Settings& settings) {
  const GitHubApp& app = *settings.github_credentials.app;
  auto key = RsaKey::from_pem(app.private_key.reveal());
  if (!key) {
    return fail(ErrorCode::kInvalidArgument, app.key_origin + ": " + key.error().message,
                "set it to a private key as GitHub gives it out: the App's settings, 'Private "
                "keys'");
  }
  return GitHubAppOptions{.api_url = settings.github_api_url,
                          .app_id = app.id,
                          .key = *std::move(key),
                          .installation_id = app.installation_id,
                          .owner = settings.github_org,
                          .random = thread_random};
}

Result<std::unique_ptr<GitHubConnection>> GitHubConnection::open(const Settings& settings) {
  if (Status status = check_github_credentials(settings); !status) {
    status.error().code = ErrorCode::kInvalidArgument;
    return tl::unexpected<Error>(std::move(status).error());
  }
  auto http = make_curl_client(std::string("github-stats/") + kVersion);
  GitHubClientOptions options;
  options.graphql_url = graphql_url_for(settings.github_api_url);
  ASSIGN_OR_RETURN(options.tokens, make_token_sources(settings, *http));
  options.random = thread_random;
  return std::unique_ptr<GitHubConnection>(
      new GitHubConnection(settings, std::move(http), std::move(options)));
}

GitHubConnection::GitHubConnection(const Settings& settings, std::unique_ptr<HttpClient> http,
                                   GitHubClientOptions options)
    : http_(std::move(http)),
      limiter_(system_clock(), limiter_options(settings, options.tokens.size())),
      client_(*http_, limiter_, system_clock(), std::move(options)),
      fetcher_(client_, static_cast<size_t>(settings.batch_size)) {}

}  // namespace github_stats
