#include "load/explained_chunks.h"

#include <utility>

#include "collect/checkpoint_reader.h"

namespace github_stats {

Result<ExplainedChunks::Collection> ExplainedChunks::read(const std::string& collection_id) const {
  const auto stored = read_checkpoint(store_, org_, collection_id);
  if (!stored) {
    return stored.error().code == ErrorCode::kNotFound ? Result<Collection>(Collection())
                                                       : tl::unexpected<Error>(stored.error());
  }
  std::map<std::string, Streams> repositories;
  for (const RepositoryProgress& progress : stored->checkpoint.repositories) {
    Streams& streams = repositories[progress.name];
    for (size_t i = 0; i < streams.size(); ++i) {
      streams[i] = {progress.first_chunk[i], progress.chunks[i]};
    }
  }
  return Collection(std::move(repositories));
}

Result<bool> ExplainedChunks::explains(const ChunkKey& key) {
  auto found = collections_.find(key.collection_id);
  if (found == collections_.end()) {
    found = collections_.emplace(key.collection_id, read(key.collection_id)).first;
  }
  if (!found->second) {
    return tl::unexpected<Error>(found->second.error());
  }
  const Collection& repositories = *found->second;
  if (!repositories) {
    return true;
  }
  const auto repository = repositories->find(key.repo);
  if (repository == repositories->end()) {
    return false;
  }
  const Numbers& numbers = repository->second[static_cast<size_t>(key.stream)];
  return key.number >= numbers.first && key.number < numbers.end;
}

}  // namespace github_stats
