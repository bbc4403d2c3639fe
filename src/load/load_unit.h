// What is loaded together: one repository's chunks of one collection, as numbers. Their keys are
// made when they are needed.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/interval_set.h"
#include "schema/schema.h"
#include "store/keys.h"
#include "store/object_store.h"
#include "warehouse/warehouse.h"

namespace github_stats {

class LoadUnit {
 public:
  // The unit that the chunk belongs to, without it.
  explicit LoadUnit(const ChunkKey& key)
      : repo_(key.repo), date_(key.date), collection_id_(key.collection_id) {}

  // `size` in bytes.
  void add(const ChunkKey& key, int64_t size);

  const std::string& repo() const { return repo_; }
  const std::string& collection_id() const { return collection_id_; }
  int64_t bytes() const { return bytes_; }

  // Its chunks in `store`, by stream and number.
  std::vector<ChunkToLoad> chunks(const ObjectStore& store, std::string_view org) const;

 private:
  struct Numbers {
    IntervalSet plain;
    IntervalSet compressed;
  };

  std::string repo_;
  std::string date_;
  std::string collection_id_;
  std::array<Numbers, kStreams.size()> numbers_;
  int64_t bytes_ = 0;
};

}  // namespace github_stats
