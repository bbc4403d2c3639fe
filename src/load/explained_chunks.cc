#include "load/explained_chunks.h"

#include <algorithm>
#include <utility>

#include "collect/checkpoint_reader.h"

namespace github_stats {

Result<ExplainedChunks::Collection> ExplainedChunks::read(const std::string& collection_id) const {
  auto stored = read_checkpoint(store_, org_, collection_id);
  if (stored) {
    return Collection(std::move(stored->checkpoint));
  }
  return stored.error().code == ErrorCode::kNotFound ? Result<Collection>(Collection())
                                                     : tl::unexpected<Error>(stored.error());
}

Result<bool> ExplainedChunks::explains(const ChunkKey& key) {
  auto found = collections_.find(key.collection_id);
  if (found == collections_.end()) {
    found = collections_.emplace(key.collection_id, read(key.collection_id)).first;
  }
  if (!found->second) {
    return tl::unexpected<Error>(found->second.error());
  }
  const Collection& checkpoint = *found->second;
  if (!checkpoint) {
    return true;
  }
  const auto repository =
      std::ranges::find(checkpoint->repositories, key.repo, &RepositoryProgress::name);
  return repository != checkpoint->repositories.end() &&
         repository->explains(key.stream, key.number);
}

}  // namespace github_stats
