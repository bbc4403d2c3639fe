// What the checks work with, put together by who starts them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/settings.h"
#include "github/app_sign_in.h"
#include "google/google_api.h"
#include "http/http_client.h"
#include "http/retry.h"
#include "store/gcs_bucket.h"
#include "warehouse/bigquery_client.h"

namespace github_stats::doctor {

struct Parts {
  const Settings& settings;
  std::string version;  // of this program
  Clock& clock;         // a BoundedClock
  std::shared_ptr<HttpClient> http;
  // How the settings' App signs in; invalid_argument when its key can't be used.
  std::function<Result<GitHubAppOptions>()> app_options;
  // Signed in with the settings' credentials, or not at all towards an emulator.
  std::function<Result<std::shared_ptr<GoogleApi>>(std::shared_ptr<HttpClient>, Clock&,
                                                   const RetryPolicy&, bool to_emulator)>
      google;
  GcsOptions bucket;          // when the store is one
  bigquery::Options dataset;  // when the warehouse is one
};

}  // namespace github_stats::doctor
