// Reading checkpoints from a store.
#pragma once

#include <string_view>

#include "base/result.h"
#include "collect/checkpoint.h"
#include "store/object_store.h"

namespace github_stats {

struct StoredCheckpoint {
  Checkpoint checkpoint;
  Version version;
};

// The checkpoint of a collection. not_found when there is none; data_loss, naming the object, when
// it can't be read or speaks of another collection than its name does.
Result<StoredCheckpoint> read_checkpoint(ObjectStore& store, std::string_view org,
                                         std::string_view collection_id);

}  // namespace github_stats
