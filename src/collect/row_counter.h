// How many rows there are in chunks.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "collect/chunk_set.h"
#include "schema/schema.h"
#include "store/object_store.h"

namespace github_stats {

// Asks the collections' checkpoints, of which it remembers only the counts.
class RowCounter {
 public:
  // At most `workers` chunks are read at once. `observe` is called now and then with how many were
  // read.
  RowCounter(ObjectStore& store, std::string_view org, size_t workers,
             std::function<void(int64_t)> observe)
      : store_(store), org_(org), workers_(workers), observe_(std::move(observe)) {}

  // What the checkpoint says, if exactly its chunks are there; else nothing.
  std::optional<int64_t> told_rows(const ChunkSet& chunks, Stream stream);

  // The same, or the rows counted by reading the chunks. One that is gone meanwhile has none, and
  // so has one that can't be read, which is logged. Fails when the store does.
  Result<int64_t> rows(const ChunkSet& chunks, Stream stream);

 private:
  struct Counts {
    std::array<int64_t, kStreams.size()> chunks{};
    std::array<int64_t, kStreams.size()> rows{};
  };
  using Repositories = std::map<std::string, Counts>;

  const Repositories& collection(const std::string& id);
  Result<int64_t> count(const ChunkSet& chunks, Stream stream);
  Result<int64_t> rows_of(const ChunkKey& key);

  ObjectStore& store_;
  const std::string org_;
  const size_t workers_;
  const std::function<void(int64_t)> observe_;
  int64_t read_ = 0;
  std::map<std::string, Repositories> collections_;
};

}  // namespace github_stats
