// Copies of chunks on this machine, for a warehouse that can't read where the store keeps them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/object_store.h"
#include "warehouse/warehouse.h"

namespace github_stats {

// A chunk that could not be copied, although the store works.
struct FailedCopy {
  size_t index = 0;  // in what was given to `copy`
  Error error;
};

// Keeps them in a folder of its own that only this user may read, and removes it with them. What a
// process left there that died is removed before anything is copied; files that are no copies are
// left alone. No other process may use the folder meanwhile.
class ChunkCopies {
 public:
  // At most `workers` chunks are read at once.
  ChunkCopies(ObjectStore& store, std::filesystem::path folder, size_t workers);
  ~ChunkCopies() { clear(); }
  ChunkCopies(const ChunkCopies&) = delete;
  ChunkCopies& operator=(const ChunkCopies&) = delete;

  // Copies those chunks that `warehouse` can't read and changes their locations. Chunks that are
  // gone (not_found) or whose bytes are not what they must be (data_loss) are returned; any other
  // failure ends it. Call `clear` before the next.
  Result<std::vector<FailedCopy>> copy(const Warehouse& warehouse,
                                       std::vector<ChunkToLoad>& chunks);

  // Removes the copies and the folder.
  void clear();

 private:
  Status prepare_folder();
  Result<std::string> copy_one(size_t number, std::string_view key);

  ObjectStore& store_;
  const std::filesystem::path folder_;
  const size_t workers_;
};

}  // namespace github_stats
