#include "cli/google_connection.h"

#include <string>
#include <utility>

#include "base/clock.h"
#include "cli/version.h"
#include "http/curl_client.h"
#include "http/retry.h"

namespace github_stats {

Result<std::shared_ptr<GoogleApi>> connect_to_google(const Settings& settings, bool to_emulator,
                                                     std::stop_token stop) {
  std::shared_ptr<HttpClient> http = make_curl_client(std::string("github-stats/") + kVersion);
  std::unique_ptr<AccessTokenSource> tokens;
  if (!to_emulator) {
    return fail(ErrorCode::kInvalidArgument, "no Google credentials yet");
  }
  static_cast<void>(settings);
  GoogleApiOptions options;
  options.random = thread_random;
  options.stop = std::move(stop);
  return std::make_shared<GoogleApi>(std::move(http), system_clock(), std::move(tokens),
                                     std::move(options));
}

}  // namespace github_stats
