#include "cli/google_connection.h"

#include <string>
#include <utility>

#include "base/clock.h"
#include "cli/version.h"
#include "config/setting_sources.h"
#include "google/credentials.h"
#include "http/curl_client.h"
#include "http/retry.h"

namespace github_stats {

Result<std::shared_ptr<GoogleApi>> connect_to_google(const Settings& settings, bool to_emulator,
                                                     std::stop_token stop) {
  std::shared_ptr<HttpClient> http = make_curl_client(std::string("github-stats/") + kVersion);
  std::unique_ptr<AccessTokenSource> tokens;
  if (!to_emulator) {
    GoogleCredentialsOptions credentials;
    credentials.credentials_file = settings.google_credentials_file;
    credentials.impersonate = settings.google_impersonated_account;
    credentials.environment = process_environment;
    credentials.random = thread_random;
    ASSIGN_OR_RETURN(tokens, find_google_credentials(*http, system_clock(), credentials, stop));
  }
  GoogleApiOptions options;
  options.random = thread_random;
  options.stop = std::move(stop);
  return std::make_shared<GoogleApi>(std::move(http), system_clock(), std::move(tokens),
                                     std::move(options));
}

}  // namespace github_stats
