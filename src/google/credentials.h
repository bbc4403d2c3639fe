// Who the program is to Google Cloud, found as Google's own clients do ("Application Default
// Credentials").
//
// Facts: cloud.google.com/docs/authentication/application-default-credentials.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "google/access_token.h"
#include "http/http_client.h"
#include "http/retry.h"

namespace github_stats {

struct GoogleCredentialsOptions {
  std::optional<std::string> credentials_file;  // GOOGLE_APPLICATION_CREDENTIALS
  std::optional<std::string> impersonate;       // e-mail address of a service account to act as
  // What the environment has for CLOUDSDK_CONFIG, HOME and GCE_METADATA_HOST; no function: nothing.
  std::function<std::optional<std::string>(const std::string&)> environment;
  // More patient than an ordinary request's: without a token the whole run ends.
  RetryPolicy retry = {.max_attempts = 8};
  std::function<double()> random;  // in [0, 1), for jitter; thread-safe
};

// Looks for credentials: the file that is set, else gcloud's own file of the user's login, else the
// metadata server (which may take three seconds). A file that is there but can't be used ends the
// search. Asks for no token yet. `http` and `clock` outlive the source.
//
// Fails with invalid_argument for a file that can't be used, with unauthenticated when there are no
// credentials (the message says where was looked), or with cancelled.
Result<std::unique_ptr<AccessTokenSource>> find_google_credentials(
    HttpClient& http, Clock& clock, const GoogleCredentialsOptions& options, std::stop_token stop);

}  // namespace github_stats
