#include "collect/chunk_filter.h"

#include "base/clock.h"
#include "config/glob.h"

namespace github_stats {
namespace {

bool began_on(std::string_view collection_id, std::string_view date) {
  const auto start = parse_compact_time(collection_id);
  return start && format_date(*start) == date;
}

}  // namespace

bool ChunkFilter::wants_repository(std::string_view name) const {
  return globs_select(repositories, excluded, name);
}

bool ChunkFilter::wants_collection(std::string_view id) const {
  // Ids are times of one width: their order is that of time.
  return (date.empty() || began_on(id, date)) && (begun_before.empty() || id < begun_before);
}

}  // namespace github_stats
