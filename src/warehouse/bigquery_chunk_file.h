// Chunks of this machine as one file to send: BigQuery takes one per load job.
#pragma once

#include <cstddef>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "warehouse/warehouse.h"

namespace github_stats::bigquery {

// A nameless file in the directory for temporary ones (TMPDIR), which goes with this. Compressed
// chunks are in it as they were before.
class ChunkFile {
 public:
  // Fails with data_loss naming the chunk that is not there or can't be unpacked, and with
  // unavailable when there is no room.
  static Result<ChunkFile> of(std::span<const ChunkToLoad> chunks);

  size_t size() const { return size_; }
  // `count` bytes from a place on.
  Result<std::string> read(size_t from, size_t count) const;
  // The key of the chunk that the byte is of.
  const std::string& key_at(size_t byte) const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  struct Part {
    size_t end;
    std::string key;
  };

  Status append(const ChunkToLoad& chunk);

  std::unique_ptr<std::FILE, Close> file_;
  size_t size_ = 0;
  std::vector<Part> parts_;
};

}  // namespace github_stats::bigquery
