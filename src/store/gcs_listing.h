// Listing a bucket, a page at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/gcs_bucket.h"
#include "store/object_store.h"

namespace github_stats {

// As ObjectStore's list and list_folders, on a bucket.
Status list_objects(const GcsBucket& bucket, std::string_view prefix,
                    const std::function<bool(const ObjectInfo&)>& visit);
Result<std::vector<std::string>> list_object_folders(const GcsBucket& bucket,
                                                     std::string_view prefix);

}  // namespace github_stats
