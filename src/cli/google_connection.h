// Google's APIs, put together from the settings.
#pragma once

#include <memory>
#include <stop_token>

#include "base/result.h"
#include "config/settings.h"
#include "google/google_api.h"

namespace github_stats {

// Signed in with the credentials that the settings and the machine have; not signed in at all
// towards an emulator, which gets no credentials. Nothing is asked of Google yet.
Result<std::shared_ptr<GoogleApi>> connect_to_google(const Settings& settings, bool to_emulator,
                                                     std::stop_token stop);

}  // namespace github_stats
