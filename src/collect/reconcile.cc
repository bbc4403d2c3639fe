#include "collect/reconcile.h"

#include <string>
#include <vector>

#include "base/log.h"
#include "store/keys.h"

namespace github_stats {
namespace {

bool all_found(const std::array<int64_t, kStreams.size()>& found,
               const RepositoryProgress& progress) {
  for (size_t i = 0; i < found.size(); ++i) {
    if (found[i] != progress.chunks[i] - progress.first_chunk[i]) {
      return false;
    }
  }
  return true;
}

}  // namespace

Status reconcile_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                        RepositoryProgress& progress) {
  std::vector<std::string> unexplained;
  std::array<int64_t, kStreams.size()> found{};
  std::vector<std::string> explained;
  RETURN_IF_ERROR(
      store.list(repository_prefix(checkpoint.org, progress.name), [&](const ObjectInfo& object) {
        const auto key = parse_chunk_key(object.key);
        if (key && key->collection_id == checkpoint.collection_id) {
          const bool is_explained = progress.explains(key->stream, key->number);
          found[static_cast<size_t>(key->stream)] += is_explained ? 1 : 0;
          (is_explained ? explained : unexplained).push_back(object.key);
        }
        return true;
      }));
  if (!all_found(found, progress)) {
    log_warning("chunks of a repository are missing; it is collected anew",
                {{"repo", progress.name}});
    RepositoryProgress anew;
    anew.id = progress.id;
    anew.name = progress.name;
    anew.position.stop_before = checkpoint.since;
    anew.first_chunk = progress.chunks;
    anew.chunks = progress.chunks;
    progress = std::move(anew);
    unexplained.insert(unexplained.end(), explained.begin(), explained.end());
  }
  for (const std::string& key : unexplained) {
    RETURN_IF_ERROR(store.remove(key));
  }
  return {};
}

}  // namespace github_stats
