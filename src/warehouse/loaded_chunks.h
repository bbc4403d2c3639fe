// Which chunks of an organisation a warehouse has loaded.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/interval_set.h"
#include "schema/schema.h"

namespace github_stats {

// Memory goes with the ranges of numbers, not with the chunks: a collection numbers its chunks one
// after the other. Whether a chunk is compressed makes no difference: no number exists both ways.
class LoadedChunks {
 public:
  // Numbers from `first` to `last`, both included.
  void add(std::string_view repo, std::string_view collection_id, Stream stream, int64_t first,
           int64_t last);

  bool contains(std::string_view repo, std::string_view collection_id, Stream stream,
                int64_t number) const;

  int64_t chunks() const;
  int64_t ranges() const;

 private:
  using Streams = std::array<IntervalSet, kStreams.size()>;
  using Collections = std::map<std::string, Streams, std::less<>>;

  std::map<std::string, Collections, std::less<>> repositories_;
};

}  // namespace github_stats
