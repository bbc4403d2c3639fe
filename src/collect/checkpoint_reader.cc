#include "collect/checkpoint_reader.h"

#include <utility>

#include "store/keys.h"

namespace github_stats {

Result<StoredCheckpoint> read_checkpoint(ObjectStore& store, std::string_view org,
                                         std::string_view collection_id) {
  const std::string key = checkpoint_key(org, collection_id);
  ASSIGN_OR_RETURN(Object object, store.get(key));
  auto checkpoint = decode_checkpoint(object.bytes);
  if (!checkpoint) {
    return fail_with_context(key, std::move(checkpoint).error());
  }
  if (checkpoint->collection_id != collection_id || checkpoint->org != org) {
    return fail(ErrorCode::kDataLoss, key + " is the checkpoint of another collection",
                "put it back where it belongs, or remove it");
  }
  return StoredCheckpoint{*std::move(checkpoint), std::move(object.version)};
}

}  // namespace github_stats
