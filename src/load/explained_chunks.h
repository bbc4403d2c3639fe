// Which chunks a checkpoint explains.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "schema/schema.h"
#include "store/keys.h"
#include "store/object_store.h"

namespace github_stats {

// Reads an organisation's checkpoints when they are first needed and remembers what they explain,
// but not what else they say.
class ExplainedChunks {
 public:
  ExplainedChunks(ObjectStore& store, std::string org) : store_(store), org_(std::move(org)) {}

  // True when the chunk's collection has a checkpoint that tells of it, or has no checkpoint. Fails
  // with the same error for each chunk of a collection whose checkpoint can't be read.
  Result<bool> explains(const ChunkKey& key);

 private:
  struct Numbers {  // of one stream: from `first` up to before `end`
    int64_t first = 0;
    int64_t end = 0;
  };
  using Streams = std::array<Numbers, kStreams.size()>;
  using Collection = std::optional<std::map<std::string, Streams>>;  // nothing: no checkpoint

  Result<Collection> read(const std::string& collection_id) const;

  ObjectStore& store_;
  const std::string org_;
  std::map<std::string, Result<Collection>, std::less<>> collections_;
};

}  // namespace github_stats
