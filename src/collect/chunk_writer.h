// Rows of one repository on their way into chunk objects.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "extract/row_batch.h"
#include "schema/schema.h"
#include "store/keys.h"
#include "store/object_store.h"

namespace github_stats {

struct ChunkTarget {
  std::string org;
  std::string repo;
  std::string date;
  std::string collection_id;
  size_t rows_per_chunk = 100;
  bool compress = false;  // the same for all of a collection's chunks
};

// Gathers rows and writes them as chunks. Not thread-safe.
class ChunkWriter {
 public:
  // `chunks`: how many each stream has already; new ones are numbered on from there.
  ChunkWriter(ObjectStore& store, ChunkTarget target,
              const std::array<int64_t, kStreams.size()>& chunks);

  // Takes the rows, and writes those chunks that are full.
  Status append(const RowBatch& batch);

  // Writes what is left, in chunks that are not full; details first, pull requests last.
  Status flush();

  const std::array<int64_t, kStreams.size()>& chunks() const { return chunks_; }
  const std::array<int64_t, kStreams.size()>& rows() const { return rows_; }  // since the start
  int64_t chunks_written() const { return chunks_written_; }                  // the same
  int64_t bytes_written() const { return bytes_written_; }                    // the same

 private:
  Status write(Stream stream, size_t least_rows);
  Result<Version> put_new(const ChunkKey& key, std::string_view lines);
  Result<Version> put_bytes(const ChunkKey& key, std::string_view bytes);

  ObjectStore& store_;
  const ChunkTarget target_;
  std::array<RowLines, kStreams.size()> waiting_;
  std::array<int64_t, kStreams.size()> chunks_;
  std::array<int64_t, kStreams.size()> rows_{};
  int64_t chunks_written_ = 0;
  int64_t bytes_written_ = 0;
};

}  // namespace github_stats
