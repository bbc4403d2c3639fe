// Chunks on their way into a table of a load's own.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "warehouse/bigquery_chunk_file.h"
#include "warehouse/bigquery_client.h"
#include "warehouse/bigquery_job.h"
#include "warehouse/warehouse.h"

namespace github_stats::bigquery {

// cloud.google.com/bigquery/quotas#load_jobs: source URIs of a job.
inline constexpr size_t kMostUris = 10'000;

// A chunk that can't be loaded, and why; the reason holds nothing of its content.
struct BadChunk {
  std::string key;  // empty: one of them, but BigQuery does not say which
  std::string reason;
};

// Chunks of one stream and the jobs that bring their rows into one table.
class StreamStaging {
 public:
  // `table` is made, and jobs are named after it. No chunk may stand in it twice.
  StreamStaging(Client& client, Stream stream, std::vector<ChunkToLoad> chunks, std::string table,
                std::string collection_id);

  Stream stream() const { return stream_; }
  const std::string& table() const { return table_; }
  const std::vector<ChunkToLoad>& chunks() const { return chunks_; }

  // Creates the table and begins its jobs, which go on by themselves.
  Status begin();

  // Waits for the jobs. Gives the chunk that is to blame when one failed for what it read.
  Result<std::optional<BadChunk>> finish();

  // Rows read; after `finish`.
  int64_t rows() const { return rows_; }

 private:
  Status begin_jobs(std::span<const ChunkToLoad> chunks);
  Status begin_upload();
  std::string configuration(std::span<const std::string> uris) const;
  void add_job(std::string configuration);
  Result<BadChunk> chunk_to_blame(const FinishedJob& job) const;

  Client& client_;
  const Stream stream_;
  const std::vector<ChunkToLoad> chunks_;
  const std::string table_;
  const std::string collection_id_;
  std::vector<Job> jobs_;
  std::shared_ptr<ChunkFile> upload_;  // what is sent; none when BigQuery reads a bucket
  int64_t rows_ = 0;
};

// Whether a location is in Cloud Storage.
bool is_in_bucket(std::string_view location);

// What was wrong with a row, in words of Google's that hold nothing of it: where it begins, what
// was expected, which column. Pure, for tests.
std::string reason_in(std::string_view message, Stream stream);

}  // namespace github_stats::bigquery
