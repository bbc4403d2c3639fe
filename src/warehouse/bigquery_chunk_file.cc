#include "warehouse/bigquery_chunk_file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

#include "base/gzip.h"
#include "warehouse/bad_chunk.h"

namespace github_stats::bigquery {
namespace {

constexpr size_t kMostUnpacked = size_t{4} << 30U;

tl::unexpected<Error> no_room(int error) {
  return fail(
      ErrorCode::kUnavailable,
      fmt::format("can't write a temporary file: {}", std::generic_category().message(error)),
      "set TMPDIR to a directory that has room");
}

Result<std::string> bytes_of(const ChunkToLoad& chunk) {
  std::ifstream file(chunk.location, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    return bad_chunk(chunk.key, "there is no file to read it from");
  }
  if (chunk.location.ends_with(".gz")) {
    auto unpacked = gunzip(bytes, kMostUnpacked);
    if (!unpacked) {
      return bad_chunk(chunk.key, unpacked.error().message);
    }
    bytes = *std::move(unpacked);
  }
  if (!bytes.empty() && bytes.back() != '\n') {
    bytes += '\n';
  }
  return bytes;
}

}  // namespace

Result<ChunkFile> ChunkFile::of(std::span<const ChunkToLoad> chunks) {
  ChunkFile all;
  all.file_.reset(std::tmpfile());
  if (all.file_ == nullptr) {
    return no_room(errno);
  }
  for (const ChunkToLoad& chunk : chunks) {
    RETURN_IF_ERROR(all.append(chunk));
  }
  return std::fflush(all.file_.get()) == 0 ? Result<ChunkFile>(std::move(all)) : no_room(errno);
}

Status ChunkFile::append(const ChunkToLoad& chunk) {
  ASSIGN_OR_RETURN(const std::string bytes, bytes_of(chunk));
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) {
    return no_room(errno);
  }
  size_ += bytes.size();
  parts_.push_back({size_, chunk.key});
  return {};
}

Result<std::string> ChunkFile::read(size_t from, size_t count) const {
  std::string bytes(count, '\0');
  size_t done = 0;
  while (done < count) {
    const ssize_t got = pread(fileno(file_.get()), bytes.data() + done, count - done,
                              static_cast<off_t>(from + done));
    if (got <= 0) {
      return fail(ErrorCode::kUnavailable, "can't read a temporary file");
    }
    done += static_cast<size_t>(got);
  }
  return bytes;
}

const std::string& ChunkFile::key_at(size_t byte) const {
  const auto part = std::ranges::upper_bound(parts_, byte, {}, &Part::end);
  return part == parts_.end() ? parts_.back().key : part->key;
}

}  // namespace github_stats::bigquery
