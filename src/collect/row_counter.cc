#include "collect/row_counter.h"

#include <atomic>
#include <utility>
#include <vector>

#include "base/log.h"
#include "collect/checkpoint_reader.h"
#include "collect/chunk_rows.h"
#include "collect/parallel.h"

namespace github_stats {
namespace {

// Keys in memory at once while chunks are counted.
constexpr size_t kPage = 1'000;

}  // namespace

// Empty when there is no checkpoint that can be read: then rows are counted.
const RowCounter::Repositories& RowCounter::collection(const std::string& id) {
  const auto [found, is_new] = collections_.try_emplace(id);
  if (is_new) {
    if (const auto stored = read_checkpoint(store_, org_, id)) {
      for (const RepositoryProgress& progress : stored->checkpoint.repositories) {
        Counts& counts = found->second[progress.name];
        counts.rows = progress.rows;
        for (size_t i = 0; i < counts.chunks.size(); ++i) {
          counts.chunks[i] = progress.chunks[i] - progress.first_chunk[i];
        }
      }
    }
  }
  return found->second;
}

std::optional<int64_t> RowCounter::told_rows(const ChunkSet& chunks, Stream stream) {
  const Repositories& repositories = collection(chunks.collection_id());
  const auto repository = repositories.find(chunks.repo());
  const auto index = static_cast<size_t>(stream);
  if (repository != repositories.end() &&
      repository->second.chunks[index] == chunks.chunks(stream)) {
    return repository->second.rows[index];
  }
  return chunks.chunks(stream) == 0 ? std::optional<int64_t>(0) : std::nullopt;
}

Result<int64_t> RowCounter::rows(const ChunkSet& chunks, Stream stream) {
  const auto told = told_rows(chunks, stream);
  return told ? Result<int64_t>(*told) : count(chunks, stream);
}

Result<int64_t> RowCounter::count(const ChunkSet& chunks, Stream stream) {
  std::atomic<int64_t> rows = 0;
  std::vector<ChunkKey> page;
  const auto count_page = [&]() -> Status {
    const std::vector<ChunkKey> keys = std::exchange(page, {});
    RETURN_IF_ERROR(in_parallel(keys.size(), workers_, {}, [&](size_t number) -> Status {
      ASSIGN_OR_RETURN(const int64_t in_chunk, rows_of(keys[number]));
      rows += in_chunk;
      return {};
    }));
    read_ += static_cast<int64_t>(keys.size());
    observe_(read_);
    return {};
  };
  RETURN_IF_ERROR(chunks.for_each(stream, [&](const ChunkKey& key) {
    page.push_back(key);
    return page.size() < kPage ? Status() : count_page();
  }));
  RETURN_IF_ERROR(count_page());
  return rows.load();
}

Result<int64_t> RowCounter::rows_of(const ChunkKey& key) {
  const auto object = store_.get(key.to_string());
  Result<int64_t> rows =
      object ? rows_in_chunk(object->bytes) : tl::unexpected<Error>(object.error());
  if (rows ||
      (rows.error().code != ErrorCode::kNotFound && rows.error().code != ErrorCode::kDataLoss)) {
    return rows;
  }
  if (rows.error().code == ErrorCode::kDataLoss) {
    log_warning("a chunk can't be read",
                {{"chunk", key.to_string()}, {"reason", rows.error().describe()}});
  }
  return 0;
}

}  // namespace github_stats
