// Which chunks a checkpoint explains.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "schema/schema.h"
#include "store/keys.h"
#include "store/object_store.h"

namespace github_stats {

// Reads an organisation's checkpoints when they are first needed and remembers what they explain.
class ExplainedChunks {
 public:
  ExplainedChunks(ObjectStore& store, std::string org) : store_(store), org_(std::move(org)) {}

  // True when the chunk's collection has a checkpoint that tells of it, or has no checkpoint.
  Result<bool> explains(const ChunkKey& key);

 private:
  using Counts = std::array<int64_t, kStreams.size()>;
  // Per repository; nothing: the collection has no checkpoint.
  using Collection = std::optional<std::map<std::string, Counts, std::less<>>>;

  Result<Collection> read(const std::string& collection_id) const;

  ObjectStore& store_;
  const std::string org_;
  std::map<std::string, Collection, std::less<>> collections_;
};

}  // namespace github_stats
