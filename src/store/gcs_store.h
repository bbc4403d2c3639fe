// An object store in Google Cloud Storage, over its JSON API: gs://BUCKET or gs://BUCKET/PREFIX.
//
// An object's version is its generation. Whatever is written or read is checked by its CRC-32C. All
// requests are repeated when the answer is passing trouble or lost; where doing twice is not the
// same as doing once, a precondition makes it so (docs/adr/0009).
#pragma once

#include <memory>

#include "google/google_api.h"
#include "store/gcs_bucket.h"
#include "store/object_store.h"

namespace github_stats {

std::unique_ptr<ObjectStore> make_gcs_store(std::shared_ptr<GoogleApi> api, GcsOptions options);

}  // namespace github_stats
