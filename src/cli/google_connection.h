// Google's APIs, put together from the settings.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>

#include "base/clock.h"
#include "base/result.h"
#include "config/settings.h"
#include "google/google_api.h"
#include "http/http_client.h"
#include "http/retry.h"

namespace github_stats {

// What a connection is made with, where it is not the usual.
struct GoogleConnectionParts {
  std::shared_ptr<HttpClient> http;
  Clock& clock;
  std::optional<RetryPolicy> retry;  // also of signing in; nothing: as each has its own
};

// Signed in with the credentials that the settings and the machine have; not signed in at all
// towards an emulator, which gets no credentials. Nothing is asked of Google yet.
Result<std::shared_ptr<GoogleApi>> connect_to_google(const Settings& settings, bool to_emulator,
                                                     std::stop_token stop);
Result<std::shared_ptr<GoogleApi>> connect_to_google(const Settings& settings, bool to_emulator,
                                                     const GoogleConnectionParts& parts,
                                                     std::stop_token stop);

}  // namespace github_stats
