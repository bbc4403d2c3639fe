// Which chunks a checkpoint explains.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "collect/checkpoint.h"
#include "store/keys.h"
#include "store/object_store.h"

namespace github_stats {

// Reads an organisation's checkpoints when they are first needed and remembers what they explain.
class ExplainedChunks {
 public:
  ExplainedChunks(ObjectStore& store, std::string org) : store_(store), org_(std::move(org)) {}

  // True when the chunk's collection has a checkpoint that tells of it, or has no checkpoint. Fails
  // with the same error for each chunk of a collection whose checkpoint can't be read.
  Result<bool> explains(const ChunkKey& key);

 private:
  using Collection = std::optional<Checkpoint>;  // nothing: there is none

  Result<Collection> read(const std::string& collection_id) const;

  ObjectStore& store_;
  const std::string org_;
  std::map<std::string, Result<Collection>, std::less<>> collections_;
};

}  // namespace github_stats
