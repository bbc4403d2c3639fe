#include "collect/chunk_rows.h"

#include <algorithm>
#include <string>

#include "base/gzip.h"

namespace github_stats {
namespace {

// A chunk is held in memory whole when it is written: none comes near that.
constexpr size_t kMostChunkBytes = size_t{1} << 30U;
constexpr std::string_view kGzipBegins = "\x1f\x8b";  // and no JSON does

}  // namespace

Result<int64_t> rows_in_chunk(std::string_view bytes) {
  if (!bytes.starts_with(kGzipBegins)) {
    return std::ranges::count(bytes, '\n');
  }
  ASSIGN_OR_RETURN(const std::string text, gunzip(bytes, kMostChunkBytes));
  return std::ranges::count(text, '\n');
}

}  // namespace github_stats
