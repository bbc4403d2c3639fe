#include "warehouse/loaded_chunks.h"

#include <utility>

namespace github_stats {
namespace {

template <typename Map>
auto& entry_of(Map& map, std::string_view key) {
  const auto found = map.find(key);
  return found != map.end() ? found->second : map[std::string(key)];
}

}  // namespace

void LoadedChunks::add(std::string_view repo, std::string_view collection_id, Stream stream,
                       int64_t first, int64_t last) {
  Streams& streams = entry_of(entry_of(repositories_, repo), collection_id);
  streams[static_cast<size_t>(stream)].add(first, last);
}

bool LoadedChunks::contains(std::string_view repo, std::string_view collection_id, Stream stream,
                            int64_t number) const {
  const auto repository = repositories_.find(repo);
  if (repository == repositories_.end()) {
    return false;
  }
  const auto collection = repository->second.find(collection_id);
  return collection != repository->second.end() &&
         collection->second[static_cast<size_t>(stream)].contains(number);
}

int64_t LoadedChunks::chunks() const {
  int64_t chunks = 0;
  for (const auto& [repo, collections] : repositories_) {
    for (const auto& [id, streams] : collections) {
      for (const IntervalSet& numbers : streams) {
        chunks += numbers.size();
      }
    }
  }
  return chunks;
}

int64_t LoadedChunks::ranges() const {
  int64_t ranges = 0;
  for (const auto& [repo, collections] : repositories_) {
    for (const auto& [id, streams] : collections) {
      for (const IntervalSet& numbers : streams) {
        ranges += static_cast<int64_t>(numbers.intervals().size());
      }
    }
  }
  return ranges;
}

}  // namespace github_stats
