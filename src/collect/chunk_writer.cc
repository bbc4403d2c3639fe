#include "collect/chunk_writer.h"

#include <algorithm>
#include <iterator>

#include "base/crash_point.h"
#include "base/gzip.h"

namespace github_stats {

namespace {

tl::unexpected<Error> taken(const ChunkKey& key) {
  return fail(ErrorCode::kPreconditionFailed,
              "another process has written " + key.to_string() + " meanwhile",
              "let only one collector work on a collection");
}

}  // namespace

ChunkWriter::ChunkWriter(ObjectStore& store, ChunkTarget target,
                         const std::array<int64_t, kStreams.size()>& chunks)
    : store_(store), target_(std::move(target)), chunks_(chunks) {}

Status ChunkWriter::append(const RowBatch& batch) {
  for (const Stream stream : kStreams) {
    const auto index = static_cast<size_t>(stream);
    waiting_[index].append_all(batch[stream]);
    RETURN_IF_ERROR(write(stream, target_.rows_per_chunk));
  }
  return {};
}

Status ChunkWriter::flush() {
  for (auto stream = kStreams.rbegin(); stream != kStreams.rend(); ++stream) {
    RETURN_IF_ERROR(write(*stream, 1));
  }
  return {};
}

Result<Version> ChunkWriter::put_new(const ChunkKey& key, std::string_view lines) {
  if (!key.compressed) {
    return put_bytes(key, lines);
  }
  ASSIGN_OR_RETURN(const std::string compressed, gzip(lines));
  return put_bytes(key, compressed);
}

Result<Version> ChunkWriter::put_bytes(const ChunkKey& key, std::string_view bytes) {
  auto version = store_.put(key.to_string(), bytes, Precondition::absent());
  if (version) {
    ++chunks_written_;
    bytes_written_ += std::ssize(bytes);
  }
  return version;
}

Status ChunkWriter::write(Stream stream, size_t least_rows) {
  const auto index = static_cast<size_t>(stream);
  RowLines& waiting = waiting_[index];
  size_t first = 0;
  while (waiting.rows() - first >= least_rows) {
    const size_t count = std::min(waiting.rows() - first, target_.rows_per_chunk);
    const ChunkKey key{target_.org,           target_.repo,   stream,          target_.date,
                       target_.collection_id, chunks_[index], target_.compress};
    crash_point("collect.chunk.before");
    // Leftovers of a run that died were removed before their numbers are used again, so a chunk
    // that is there already is another collector's.
    auto put = put_new(key, waiting.lines(first, count));
    if (!put) {
      waiting.drop_front(first);
      return put.error().code == ErrorCode::kAlreadyExists ? taken(key)
                                                           : tl::unexpected<Error>(put.error());
    }
    crash_point("collect.chunk.after");
    ++chunks_[index];
    rows_[index] += static_cast<int64_t>(count);
    first += count;
  }
  waiting.drop_front(first);
  return {};
}

}  // namespace github_stats
