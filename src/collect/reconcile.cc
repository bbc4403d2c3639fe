#include "collect/reconcile.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "base/log.h"
#include "store/keys.h"

namespace github_stats {
namespace {

// The keys of a repository's chunks in a collection, by whether the checkpoint tells of them.
struct FoundChunks {
  std::vector<std::string> explained;
  std::vector<std::string> unexplained;
  bool all = false;  // that the checkpoint tells of
};

Result<FoundChunks> find_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                                const RepositoryProgress& progress) {
  FoundChunks chunks;
  std::array<int64_t, kStreams.size()> found{};
  RETURN_IF_ERROR(
      store.list(repository_prefix(checkpoint.org, progress.name), [&](const ObjectInfo& object) {
        const auto key = parse_chunk_key(object.key);
        if (key && key->collection_id == checkpoint.collection_id) {
          const bool is_explained = progress.explains(key->stream, key->number);
          found[static_cast<size_t>(key->stream)] += is_explained ? 1 : 0;
          (is_explained ? chunks.explained : chunks.unexplained).push_back(object.key);
        }
        return true;
      }));
  chunks.all = true;
  for (size_t i = 0; i < found.size(); ++i) {
    chunks.all = chunks.all && found[i] == progress.chunks[i] - progress.first_chunk[i];
  }
  return chunks;
}

}  // namespace

Result<bool> has_all_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                            const RepositoryProgress& progress) {
  ASSIGN_OR_RETURN(const FoundChunks found, find_chunks(store, checkpoint, progress));
  return found.all;
}

Status reconcile_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                        RepositoryProgress& progress) {
  ASSIGN_OR_RETURN(FoundChunks found, find_chunks(store, checkpoint, progress));
  if (!found.all) {
    log_warning("chunks of a repository are missing; it is collected anew",
                {{"repo", progress.name}});
    RepositoryProgress anew;
    anew.id = progress.id;
    anew.name = progress.name;
    anew.since = progress.since;
    anew.newest = progress.newest;
    anew.begins_history = progress.begins_history;
    anew.position.stop_before = progress.since;
    anew.first_chunk = progress.chunks;
    anew.chunks = progress.chunks;
    progress = std::move(anew);
    std::ranges::move(found.explained, std::back_inserter(found.unexplained));
  }
  for (const std::string& key : found.unexplained) {
    RETURN_IF_ERROR(store.remove(key));
  }
  return {};
}

}  // namespace github_stats
