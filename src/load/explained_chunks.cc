#include "load/explained_chunks.h"

#include "collect/checkpoint.h"

namespace github_stats {

Result<ExplainedChunks::Collection> ExplainedChunks::read(const std::string& collection_id) const {
  const std::string key = checkpoint_key(org_, collection_id);
  const auto object = store_.get(key);
  if (!object) {
    if (object.error().code == ErrorCode::kNotFound) {
      return Collection();
    }
    return tl::unexpected<Error>(object.error());
  }
  const auto checkpoint = decode_checkpoint(object->bytes);
  if (!checkpoint) {
    return fail_with_context(key, checkpoint.error());
  }
  Collection collection;
  collection.emplace();
  for (const RepositoryProgress& repository : checkpoint->repositories) {
    collection->emplace(repository.name, repository.chunks);
  }
  return collection;
}

Result<bool> ExplainedChunks::explains(const ChunkKey& key) {
  auto found = collections_.find(key.collection_id);
  if (found == collections_.end()) {
    ASSIGN_OR_RETURN(Collection collection, read(key.collection_id));
    found = collections_.emplace(key.collection_id, std::move(collection)).first;
  }
  const Collection& collection = found->second;
  if (!collection) {
    return true;
  }
  const auto repository = collection->find(key.repo);
  return repository != collection->end() &&
         key.number < repository->second[static_cast<size_t>(key.stream)];
}

}  // namespace github_stats
