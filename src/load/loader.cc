#include "load/loader.h"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "collect/chunk_set.h"
#include "load/chunk_copies.h"
#include "load/explained_chunks.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr int64_t kListedBetweenReports = 1'000;

// A unit, one repository's chunks of one collection, by their places in a batch.
struct Part {
  const ChunkSet* unit = nullptr;
  size_t begin = 0;
  size_t end = 0;
  std::optional<Error> error;  // why it can't be loaded
};

class Load {
 public:
  Load(ObjectStore& store, Warehouse& warehouse, Clock& clock, const LoadOptions& options,
       const LoadRequest& request, const std::function<void(const LoadProgress&)>& observe)
      : store_(store),
        warehouse_(warehouse),
        clock_(clock),
        options_(options),
        request_(request),
        observe_(observe),
        explained_(store, request.org),
        copies_(store, options.copies, options.workers) {}

  Result<LoadReport> run() {
    if (!request_.reload) {
      ASSIGN_OR_RETURN(loaded_, warehouse_.loaded_chunks(request_.org));
    }
    ASSIGN_OR_RETURN(const auto folders, store_.list_folders(organisation_prefix(request_.org)));
    for (const std::string& repo : folders) {
      if (request_.filter.wants_repository(repo)) {
        RETURN_IF_ERROR(add_repository(repo));
      }
    }
    RETURN_IF_ERROR(load_waiting());
    return std::move(report_);
  }

 private:
  Status add_repository(const std::string& repo) {
    std::map<std::string, ChunkSet> units;  // by collection, oldest first
    Status status;
    RETURN_IF_ERROR(
        store_.list(repository_prefix(request_.org, repo), [&](const ObjectInfo& object) {
          status = add_chunk(object, units);
          return status.has_value();
        }));
    RETURN_IF_ERROR(status);
    for (auto& [collection_id, unit] : units) {
      if (waiting_chunks_ + unit.chunks() > options_.batch_chunks) {
        RETURN_IF_ERROR(load_waiting());
      }
      waiting_bytes_ += unit.bytes();
      waiting_chunks_ += unit.chunks();
      waiting_.push_back(std::move(unit));
      if (waiting_bytes_ >= options_.batch_bytes) {
        RETURN_IF_ERROR(load_waiting());
      }
    }
    return {};
  }

  Status check_stop() const {
    if (request_.stop.stop_requested()) {
      return fail(ErrorCode::kCancelled, "stopped while loading");
    }
    return {};
  }

  Status add_chunk(const ObjectInfo& object, std::map<std::string, ChunkSet>& units) {
    if (++listed_ % kListedBetweenReports == 0) {
      RETURN_IF_ERROR(check_stop());
      report_progress();
    }
    const auto key = parse_chunk_key(object.key);
    if (!key || !request_.filter.wants(*key) ||
        loaded_.contains(key->repo, key->collection_id, key->stream, key->number)) {
      return {};
    }
    const auto is_explained = explained_.explains(*key);
    if (!is_explained) {
      return add_unreadable(*key, is_explained.error());
    }
    if (!*is_explained) {
      ++report_.unexplained;
      return {};
    }
    units.try_emplace(key->collection_id, *key).first->second.add(*key, object.size);
    return {};
  }

  // The chunk's checkpoint can't be read: its collection is left out of this repository, said once.
  Status add_unreadable(const ChunkKey& key, const Error& error) {
    if (error.code != ErrorCode::kDataLoss && error.code != ErrorCode::kInvalidArgument) {
      return tl::unexpected<Error>(error);  // the store's trouble, not the checkpoint's
    }
    const bool is_known = !report_.failed.empty() && report_.failed.back().repo == key.repo &&
                          report_.failed.back().collection_id == key.collection_id;
    if (!is_known) {
      report_.failed.push_back({key.repo, key.collection_id, error});
    }
    return {};
  }

  Status load_waiting() {
    const std::vector<ChunkSet> units = std::exchange(waiting_, {});
    waiting_bytes_ = 0;
    waiting_chunks_ = 0;
    if (units.empty()) {
      return {};
    }
    RETURN_IF_ERROR(check_stop());
    Status status = load_units(units);
    copies_.clear();
    return status;
  }

  void add_chunks(const ChunkSet& unit, std::vector<ChunkToLoad>& chunks) const {
    for (const Stream stream : kStreams) {
      (void)unit.for_each(stream, [&](const ChunkKey& chunk) -> Status {
        const std::string key = chunk.to_string();
        chunks.push_back({stream, key, store_.location(key)});
        return {};
      });
    }
  }

  Status load_units(const std::vector<ChunkSet>& units) {
    LoadBatch batch{.org = request_.org, .chunks = {}, .loaded_at = clock_.now()};
    std::vector<Part> parts;
    for (const ChunkSet& unit : units) {
      const size_t begin = batch.chunks.size();
      add_chunks(unit, batch.chunks);
      parts.push_back({&unit, begin, batch.chunks.size(), {}});
    }
    ASSIGN_OR_RETURN(const auto failed, copies_.copy(warehouse_, batch.chunks));
    for (const FailedCopy& copy : failed) {
      const auto part =
          std::ranges::find_if(parts, [&](const Part& p) { return copy.index < p.end; });
      part->error = copy.error;
    }
    if (!failed.empty()) {
      return load_one_by_one(batch, parts);
    }
    auto rows = warehouse_.load(batch);
    if (rows) {
      count(batch, *rows);
      return {};
    }
    return rows.error().code == ErrorCode::kDataLoss ? load_one_by_one(batch, parts)
                                                     : tl::unexpected<Error>(rows.error());
  }

  // After a batch failed: the good units, and the names of the bad ones.
  Status load_one_by_one(const LoadBatch& whole, std::vector<Part>& parts) {
    for (Part& part : parts) {
      if (!part.error) {
        RETURN_IF_ERROR(load_part(whole, part));
      }
      if (part.error) {
        report_.failed.push_back({part.unit->repo(), part.unit->collection_id(), *part.error});
      }
    }
    return {};
  }

  Status load_part(const LoadBatch& whole, Part& part) {
    const auto chunks = std::span(whole.chunks).subspan(part.begin, part.end - part.begin);
    const LoadBatch batch{whole.org, {chunks.begin(), chunks.end()}, clock_.now()};
    auto rows = warehouse_.load(batch);
    if (rows) {
      count(batch, *rows);
    } else if (rows.error().code == ErrorCode::kDataLoss) {
      part.error = std::move(rows).error();
    } else {
      return tl::unexpected<Error>(std::move(rows).error());
    }
    return {};
  }

  void count(const LoadBatch& batch, const StreamCounts& rows) {
    report_.chunks += static_cast<int64_t>(batch.chunks.size());
    report_.rows += rows;
    report_progress();
  }

  void report_progress() { observe_({listed_, report_.chunks, report_.rows}); }

  ObjectStore& store_;
  Warehouse& warehouse_;
  Clock& clock_;
  const LoadOptions& options_;
  const LoadRequest& request_;
  const std::function<void(const LoadProgress&)>& observe_;
  ExplainedChunks explained_;
  ChunkCopies copies_;
  LoadedChunks loaded_;  // none when all is to be loaded again
  LoadReport report_;
  int64_t listed_ = 0;
  std::vector<ChunkSet> waiting_;
  int64_t waiting_bytes_ = 0;
  int64_t waiting_chunks_ = 0;
};

}  // namespace

Result<LoadReport> Loader::load(const LoadRequest& request,
                                const std::function<void(const LoadProgress&)>& observe) {
  return Load(store_, warehouse_, clock_, options_, request, observe).run();
}

}  // namespace github_stats
