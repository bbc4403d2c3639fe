#include "collect/chunk_set.h"

namespace github_stats {

void ChunkSet::add(const ChunkKey& key, int64_t size) {
  Numbers& numbers = numbers_[static_cast<size_t>(key.stream)];
  (key.compressed ? numbers.compressed : numbers.plain).add(key.number);
  bytes_ += size;
}

int64_t ChunkSet::chunks(Stream stream) const {
  const Numbers& numbers = numbers_[static_cast<size_t>(stream)];
  return numbers.plain.size() + numbers.compressed.size();
}

int64_t ChunkSet::chunks() const {
  int64_t sum = 0;
  for (const Stream stream : kStreams) {
    sum += chunks(stream);
  }
  return sum;
}

Status ChunkSet::for_each(Stream stream,
                          const std::function<Status(const ChunkKey&)>& visit) const {
  const Numbers& numbers = numbers_[static_cast<size_t>(stream)];
  ChunkKey key = place_;
  key.stream = stream;
  for (const bool compressed : {false, true}) {
    key.compressed = compressed;
    for (const auto& [first, last] :
         (compressed ? numbers.compressed : numbers.plain).intervals()) {
      for (key.number = first; key.number <= last; ++key.number) {
        RETURN_IF_ERROR(visit(key));
      }
    }
  }
  return {};
}

}  // namespace github_stats
