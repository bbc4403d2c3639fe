#include "collect/store_summary.h"

#include <algorithm>
#include <map>
#include <utility>

#include "collect/checkpoint_reader.h"
#include "collect/chunk_set.h"
#include "collect/row_counter.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr int64_t kListedBetweenReports = 1'000;

// What is found of one repository.
struct Found {
  RepositorySummary summary;
  std::map<std::string, ChunkSet> collections;  // by id
};

void add_object(const ObjectInfo& object, const ChunkFilter& filter, Found& found) {
  const auto key = parse_chunk_key(object.key);
  if (!key) {
    ++found.summary.strangers;
    found.summary.stranger_bytes += object.size;
  } else if (filter.wants(*key)) {
    found.summary.streams[static_cast<size_t>(key->stream)] +=
        StreamSummary{1, 0, object.size, key->date, key->date};
    found.collections.try_emplace(key->collection_id, *key).first->second.add(*key, object.size);
  }
}

void add_collections(Found& found) {
  if (!found.collections.empty()) {
    found.summary.collections = static_cast<int64_t>(found.collections.size());
    found.summary.first_collection = found.collections.begin()->first;
    found.summary.last_collection = found.collections.rbegin()->first;
  }
}

Status add_rows(RowCounter& counter, bool read_chunks, Found& found) {
  for (const auto& [id, chunks] : found.collections) {
    for (const Stream stream : kStreams) {
      auto rows = counter.told_rows(chunks, stream);
      if (!rows && read_chunks) {
        ASSIGN_OR_RETURN(rows, counter.rows(chunks, stream));
      }
      found.summary.rows_known = found.summary.rows_known && rows;
      found.summary.streams[static_cast<size_t>(stream)].rows += rows.value_or(0);
    }
  }
  return {};
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

}  // namespace

StreamSummary& StreamSummary::operator+=(const StreamSummary& other) {
  const bool has_dates = !other.first_date.empty();
  if (has_dates && (first_date.empty() || other.first_date < first_date)) {
    first_date = other.first_date;
  }
  last_date = std::max(last_date, other.last_date);
  chunks += other.chunks;
  rows += other.rows;
  bytes += other.bytes;
  return *this;
}

StreamSummary RepositorySummary::total() const {
  StreamSummary total;
  for (const StreamSummary& stream : streams) {
    total += stream;
  }
  return total;
}

Status summarise_repositories(ObjectStore& store, const SummaryRequest& request,
                              const std::function<void(const RepositorySummary&)>& visit,
                              const std::function<void(const SummaryProgress&)>& observe) {
  SummaryProgress progress;
  RowCounter counter(store, request.org, request.workers, [&](int64_t read) {
    progress.read = read;
    observe(progress);
  });
  ASSIGN_OR_RETURN(const auto folders, store.list_folders(organisation_prefix(request.org)));
  for (const std::string& folder : folders) {
    const std::string prefix = repository_prefix(request.org, folder);
    if (!request.filter.wants_repository(folder)) {
      continue;
    }
    Found found;
    found.summary.name = folder;
    RETURN_IF_ERROR(store.list(prefix, [&](const ObjectInfo& object) {
      add_object(object, request.filter, found);
      if (++progress.listed % kListedBetweenReports == 0) {
        observe(progress);
      }
      return true;
    }));
    if (prefix == checkpoints_prefix(request.org)) {  // those are no repository's
      found.summary.strangers = 0;
      found.summary.stranger_bytes = 0;
    }
    add_collections(found);
    RETURN_IF_ERROR(add_rows(counter, request.read_chunks, found));
    if (!found.collections.empty() || found.summary.strangers > 0) {
      visit(found.summary);
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
