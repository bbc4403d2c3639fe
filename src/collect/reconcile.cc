#include "collect/reconcile.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
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
  const std::string date = format_date(checkpoint.started_at);
  for (const Stream stream : kStreams) {
    const std::string prefix =
        chunks_prefix(checkpoint.org, progress.name, stream, date, checkpoint.collection_id);
    RETURN_IF_ERROR(store.list(prefix, [&](const ObjectInfo& object) {
      if (const auto key = parse_chunk_key(object.key)) {
        const bool is_explained = progress.explains(stream, key->number);
        found[static_cast<size_t>(stream)] += is_explained ? 1 : 0;
        (is_explained ? chunks.explained : chunks.unexplained).push_back(object.key);
      }
      return true;
    }));
  }
  chunks.all = true;
  for (size_t i = 0; i < found.size(); ++i) {
    chunks.all = chunks.all && found[i] == progress.chunks[i] - progress.first_chunk[i];
  }
  return chunks;
}

tl::unexpected<Error> changed_meanwhile(const std::string& key) {
  return fail(ErrorCode::kPreconditionFailed, "another process has written " + key + " meanwhile",
              "let only one collector work on a collection");
}

Status remove_chunks(ObjectStore& store, CheckpointKeeper& keeper,
                     const std::vector<std::string>& keys) {
  std::vector<std::pair<std::string, Version>> leftovers;
  for (const std::string& key : keys) {
    auto object = store.get(key);
    if (object) {
      leftovers.emplace_back(key, std::move(object->version));
    } else if (object.error().code != ErrorCode::kNotFound) {
      return tl::unexpected<Error>(std::move(object).error());
    }
  }
  if (!leftovers.empty()) {
    RETURN_IF_ERROR(keeper.verify());
  }
  for (const auto& [key, version] : leftovers) {
    const Status removed = store.remove(key, Precondition::unchanged(version));
    if (!removed) {
      const bool is_race =
          removed.error().code == ErrorCode::kPreconditionFailed && !removed.error().general;
      return is_race ? changed_meanwhile(key) : removed;
    }
  }
  return {};
}

}  // namespace

Result<bool> has_all_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                            const RepositoryProgress& progress) {
  ASSIGN_OR_RETURN(const FoundChunks found, find_chunks(store, checkpoint, progress));
  return found.all;
}

Status reconcile_chunks(ObjectStore& store, CheckpointKeeper& keeper, const Checkpoint& checkpoint,
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
  return remove_chunks(store, keeper, found.unexplained);
}

}  // namespace github_stats
