#include "load/load_unit.h"

namespace github_stats {

void LoadUnit::add(const ChunkKey& key, int64_t size) {
  Numbers& numbers = numbers_[static_cast<size_t>(key.stream)];
  (key.compressed ? numbers.compressed : numbers.plain).add(key.number);
  bytes_ += size;
}

std::vector<ChunkToLoad> LoadUnit::chunks(const ObjectStore& store, std::string_view org) const {
  std::vector<ChunkToLoad> chunks;
  ChunkKey key{std::string(org), repo_, Stream::kPullRequests, date_, collection_id_, 0};
  const auto add_all = [&](const IntervalSet& numbers) {
    for (const auto& [first, last] : numbers.intervals()) {
      for (key.number = first; key.number <= last; ++key.number) {
        const std::string name = key.to_string();
        chunks.push_back({key.stream, name, store.location(name)});
      }
    }
  };
  for (const Stream stream : kStreams) {
    key.stream = stream;
    key.compressed = false;
    add_all(numbers_[static_cast<size_t>(stream)].plain);
    key.compressed = true;
    add_all(numbers_[static_cast<size_t>(stream)].compressed);
  }
  return chunks;
}

}  // namespace github_stats
