#include "collect/store_summary.h"

#include <algorithm>
#include <map>
#include <utility>

#include "collect/checkpoint.h"
#include "store/keys.h"

namespace github_stats {
namespace {

Result<Checkpoint> read_checkpoint(ObjectStore& store, const std::string& key) {
  ASSIGN_OR_RETURN(const Object object, store.get(key));
  auto checkpoint = decode_checkpoint(object.bytes);
  if (!checkpoint) {
    return fail_with_context(key, std::move(checkpoint).error());
  }
  return checkpoint;
}

// The chunks of one collection and stream in one repository.
struct Group {
  std::vector<std::string> keys;
};
using Groups = std::map<std::pair<std::string, Stream>, Group>;

void add_object(const ObjectInfo& object, RepositorySummary& summary, Groups& groups) {
  const auto key = parse_chunk_key(object.key);
  if (!key) {
    return;
  }
  StreamSummary& stream = summary.streams[static_cast<size_t>(key->stream)];
  ++stream.chunks;
  stream.bytes += object.size;
  stream.first_date =
      stream.first_date.empty() ? key->date : std::min(stream.first_date, key->date);
  stream.last_date = std::max(stream.last_date, key->date);
  groups[{key->collection_id, key->stream}].keys.push_back(object.key);
}

// Rows that the checkpoint tells of when exactly its chunks are there, else rows counted one by
// one.
class RowCounter {
 public:
  RowCounter(ObjectStore& store, std::string_view org) : store_(store), org_(org) {}

  Result<int64_t> rows(const std::string& repo, const std::string& collection_id, Stream stream,
                       const Group& group) {
    ASSIGN_OR_RETURN(const Checkpoint* checkpoint, checkpoint_of(collection_id));
    const auto index = static_cast<size_t>(stream);
    if (checkpoint != nullptr) {
      for (const RepositoryProgress& progress : checkpoint->repositories) {
        if (progress.name == repo &&
            progress.chunks[index] == static_cast<int64_t>(group.keys.size())) {
          return progress.rows[index];
        }
      }
    }
    int64_t rows = 0;
    for (const std::string& key : group.keys) {
      ASSIGN_OR_RETURN(const Object object, store_.get(key));
      rows += std::ranges::count(object.bytes, '\n');
    }
    return rows;
  }

 private:
  Result<const Checkpoint*> checkpoint_of(const std::string& collection_id) {
    auto found = checkpoints_.find(collection_id);
    if (found == checkpoints_.end()) {
      auto checkpoint = read_checkpoint(store_, checkpoint_key(org_, collection_id));
      if (!checkpoint && checkpoint.error().code != ErrorCode::kNotFound) {
        return tl::unexpected<Error>(checkpoint.error());
      }
      found = checkpoints_
                  .emplace(collection_id,
                           checkpoint ? std::optional(*std::move(checkpoint)) : std::nullopt)
                  .first;
    }
    return found->second ? &*found->second : nullptr;
  }

  ObjectStore& store_;
  const std::string org_;
  std::map<std::string, std::optional<Checkpoint>> checkpoints_;
};

}  // namespace

Status summarise_repositories(ObjectStore& store, std::string_view org,
                              const std::function<void(const RepositorySummary&)>& visit) {
  RowCounter counter(store, org);
  ASSIGN_OR_RETURN(const auto folders, store.list_folders(organisation_prefix(org)));
  for (const std::string& folder : folders) {
    RepositorySummary summary{.name = folder, .streams = {}};
    Groups groups;
    RETURN_IF_ERROR(store.list(repository_prefix(org, folder), [&](const ObjectInfo& object) {
      add_object(object, summary, groups);
      return true;
    }));
    for (const auto& [key, group] : groups) {
      ASSIGN_OR_RETURN(const int64_t rows, counter.rows(folder, key.first, key.second, group));
      summary.streams[static_cast<size_t>(key.second)].rows += rows;
    }
    if (!groups.empty()) {
      visit(summary);
    }
  }
  return {};
}

Result<std::vector<OpenCollection>> open_collections(ObjectStore& store, std::string_view org) {
  std::vector<std::string> keys;
  RETURN_IF_ERROR(store.list(checkpoints_prefix(org), [&](const ObjectInfo& object) {
    if (parse_checkpoint_key(object.key)) {
      keys.push_back(object.key);
    }
    return true;
  }));
  std::ranges::reverse(keys);
  std::vector<OpenCollection> result;
  for (const std::string& key : keys) {
    ASSIGN_OR_RETURN(const Checkpoint checkpoint, read_checkpoint(store, key));
    if (checkpoint.finished) {
      continue;
    }
    OpenCollection& open = result.emplace_back();
    open.id = checkpoint.collection_id;
    open.command = checkpoint.command;
    open.started_at = checkpoint.started_at;
    for (const RepositoryProgress& repository : checkpoint.repositories) {
      const bool done = repository.state == RepositoryState::kDone;
      const bool failed = repository.state == RepositoryState::kFailed;
      ++(done ? open.done : failed ? open.failed : open.to_go);
      open.pull_requests += repository.pull_requests();
    }
  }
  return result;
}

}  // namespace github_stats
