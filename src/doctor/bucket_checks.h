// A bucket of Google Cloud Storage.
#pragma once

#include <memory>

#include "doctor/google_access.h"
#include "doctor/parts.h"
#include "doctor/tell.h"
#include "store/gcs_bucket_state.h"
#include "store/object_store.h"

namespace github_stats::doctor {

// As check_store.
std::unique_ptr<ObjectStore> check_bucket(const Parts& parts, GoogleAccess& google,
                                          const Tell& tell);

// Whether what a store does is possible under the bucket's rules.
Finding judge_rules(const Check& check, const BucketState& state);

// Where the bucket is. `wanted`: where the dataset is that loads from it; empty: there is none.
Finding judge_bucket_location(const Check& check, std::string_view bucket, const BucketState& state,
                              std::string_view wanted);

}  // namespace github_stats::doctor
