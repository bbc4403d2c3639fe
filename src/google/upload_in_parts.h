// A resumable upload (cloud.google.com/storage/docs/performing-resumable-uploads; BigQuery's load
// jobs take their data the same way): bytes sent in parts, none of them twice without need.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "base/result.h"
#include "google/google_api.h"
#include "http/http_client.h"

namespace github_stats {

struct UploadInParts {
  std::string base_url;                // the parts go there, whatever host Google names
  std::function<HttpRequest()> begin;  // the request that begins a session
  size_t size = 0;                     // of all
  size_t part_size = 0;                // a multiple of 256 KiB
  // The bytes from a place on; `count` of them.
  std::function<Result<std::string>(size_t from, size_t count)> read;
  // Crash points: half of a part is on its way; a part was kept.
  std::function<void()> half_sent = {};
  std::function<void()> part_kept = {};
};

// Sends everything. What an answer was lost of is asked for; a session that Google has forgotten is
// begun anew. Gives the last answer, or the one that refuses to begin. Fails as GoogleApi::ask
// does.
Result<GoogleAnswer> upload_in_parts(GoogleApi& api, const UploadInParts& upload);

}  // namespace github_stats
