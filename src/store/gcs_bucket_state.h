// What a bucket's settings and its access control mean for a store in it. Only looks.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/gcs_bucket.h"

namespace github_stats {

struct BucketState {
  std::string location;             // "US", "EUROPE-WEST3"
  int64_t retention_seconds = 0;    // an object can't be replaced or removed before; 0: it can
  bool holds_new_objects = false;   // nor can one that is written from now on
  int64_t soft_delete_seconds = 0;  // what is removed is kept, and billed, for so long
  bool is_versioned = false;        // what is replaced or removed is kept for good
};

// not_found when there is no such bucket; permission_denied without storage.buckets.get.
Result<BucketState> bucket_state(const GcsBucket& bucket);

// Those of the permissions that whoever is signed in has on the bucket.
Result<std::vector<std::string>> granted_permissions(const GcsBucket& bucket,
                                                     std::span<const std::string_view> permissions);

}  // namespace github_stats
