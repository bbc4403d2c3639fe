#include "cli/google_connection.h"

#include <string>
#include <utility>

#include "cli/version.h"
#include "config/setting_sources.h"
#include "google/credentials.h"
#include "http/curl_client.h"

namespace github_stats {

Result<std::shared_ptr<GoogleApi>> connect_to_google(const Settings& settings, bool to_emulator,
                                                     std::stop_token stop) {
  return connect_to_google(settings, to_emulator,
                           {.http = make_curl_client(std::string("github-stats/") + kVersion),
                            .clock = system_clock(),
                            .retry = std::nullopt},
                           std::move(stop));
}

Result<std::shared_ptr<GoogleApi>> connect_to_google(const Settings& settings, bool to_emulator,
                                                     const GoogleConnectionParts& parts,
                                                     std::stop_token stop) {
  std::unique_ptr<AccessTokenSource> tokens;
  if (!to_emulator) {
    GoogleCredentialsOptions credentials;
    credentials.credentials_file = settings.google_credentials_file;
    credentials.impersonate = settings.google_impersonated_account;
    credentials.environment = process_environment;
    credentials.random = thread_random;
    credentials.retry = parts.retry.value_or(credentials.retry);
    ASSIGN_OR_RETURN(tokens, find_google_credentials(*parts.http, parts.clock, credentials, stop));
  }
  GoogleApiOptions options;
  options.random = thread_random;
  options.stop = std::move(stop);
  options.retry = parts.retry.value_or(options.retry);
  return std::make_shared<GoogleApi>(parts.http, parts.clock, std::move(tokens),
                                     std::move(options));
}

}  // namespace github_stats
