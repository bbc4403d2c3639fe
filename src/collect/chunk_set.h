// The chunks of one repository and collection, as ranges of numbers: their keys are made when they
// are needed. Memory goes with the ranges, not with the chunks.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "base/interval_set.h"
#include "base/result.h"
#include "schema/schema.h"
#include "store/keys.h"

namespace github_stats {

class ChunkSet {
 public:
  // The set that the chunk belongs to, without it.
  explicit ChunkSet(const ChunkKey& key) : place_(key) {}

  // A chunk of that repository and collection; `size` in bytes.
  void add(const ChunkKey& key, int64_t size);

  const std::string& repo() const { return place_.repo; }
  const std::string& date() const { return place_.date; }
  const std::string& collection_id() const { return place_.collection_id; }
  int64_t bytes() const { return bytes_; }
  int64_t chunks(Stream stream) const;
  int64_t chunks() const;  // of all streams

  // Calls `visit` with each of the stream's chunks, until it fails.
  Status for_each(Stream stream, const std::function<Status(const ChunkKey&)>& visit) const;

 private:
  struct Numbers {
    IntervalSet plain;
    IntervalSet compressed;
  };

  ChunkKey place_;  // its stream and number mean nothing
  std::array<Numbers, kStreams.size()> numbers_;
  int64_t bytes_ = 0;
};

}  // namespace github_stats
