#include "collect/store_summary.h"

#include <algorithm>
#include <map>
#include <utility>

#include "collect/checkpoint_reader.h"
#include "collect/chunk_rows.h"
#include "store/keys.h"

namespace github_stats {
namespace {

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

OpenCollection summary_of(const Checkpoint& checkpoint) {
  OpenCollection open;
  open.id = checkpoint.collection_id;
  open.command = checkpoint.command;
  open.started_at = checkpoint.started_at;
  for (const RepositoryProgress& repository : checkpoint.repositories) {
    const bool done = repository.state == RepositoryState::kDone;
    const bool failed = repository.state == RepositoryState::kFailed;
    ++(done ? open.done : failed ? open.failed : open.to_go);
    open.pull_requests += repository.pull_requests();
  }
  return open;
}

// Rows that the checkpoint tells of when exactly its chunks are there, else rows counted one by
// one.
class RowCounter {
 public:
  RowCounter(ObjectStore& store, std::string_view org) : store_(store), org_(org) {}

  Result<int64_t> rows(const std::string& repo, const std::string& collection_id, Stream stream,
                       const Group& group) {
    const auto index = static_cast<size_t>(stream);
    if (const auto& checkpoint = checkpoint_of(collection_id)) {
      for (const RepositoryProgress& progress : checkpoint->repositories) {
        const int64_t chunks = progress.chunks[index] - progress.first_chunk[index];
        if (progress.name == repo && chunks == static_cast<int64_t>(group.keys.size())) {
          return progress.rows[index];
        }
      }
    }
    int64_t rows = 0;
    for (const std::string& key : group.keys) {
      ASSIGN_OR_RETURN(const Object object, store_.get(key));
      const auto in_chunk = rows_in_chunk(object.bytes);
      if (!in_chunk) {
        return fail_with_context(key, in_chunk.error());
      }
      rows += *in_chunk;
    }
    return rows;
  }

 private:
  // Nothing when there is none that can be read: then rows are counted.
  const std::optional<Checkpoint>& checkpoint_of(const std::string& collection_id) {
    auto found = checkpoints_.find(collection_id);
    if (found == checkpoints_.end()) {
      auto stored = read_checkpoint(store_, org_, collection_id);
      found = checkpoints_
                  .emplace(collection_id,
                           stored ? std::optional(std::move(stored->checkpoint)) : std::nullopt)
                  .first;
    }
    return found->second;
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
  std::vector<std::string> ids;
  RETURN_IF_ERROR(store.list(checkpoints_prefix(org), [&](const ObjectInfo& object) {
    if (auto id = parse_checkpoint_key(object.key)) {
      ids.push_back(*std::move(id));
    }
    return true;
  }));
  std::ranges::reverse(ids);
  std::vector<OpenCollection> result;
  for (const std::string& id : ids) {
    const auto stored = read_checkpoint(store, org, id);
    if (!stored) {
      result.push_back({.id = id, .unreadable = stored.error().describe()});
    } else if (!stored->checkpoint.finished) {
      result.push_back(summary_of(stored->checkpoint));
    }
  }
  return result;
}

}  // namespace github_stats
