// The warehouse of the embedded mode: DuckDB in one file.
//
// The file is locked while open: another process that has it open, this program or a SQL client,
// makes open() fail with unavailable. Nothing else in this process may open and close the file, as
// that would drop the lock.
//
// Loads are durable when load() returns: a process killed at any moment leaves the file as it was
// before or after a whole batch.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/warehouse.h"

namespace github_stats {

class DuckDbWarehouse : public Warehouse {
 public:
  // Opens the file, creating it and the directories above it if need be. A file that is not
  // DuckDB's is invalid_argument.
  static Result<std::unique_ptr<DuckDbWarehouse>> open(const std::string& file);

  // Opens a file that is there for queries only, sealed (see duckdb::Access). What would change
  // something fails: a query that does so is invalid_argument. There may be several at a time, but
  // not beside one that writes. A missing file is not_found.
  static Result<std::unique_ptr<DuckDbWarehouse>> open_sealed(const std::string& file);

  std::string name() const override;
  Status init() override;
  // What init() would make: "table reviews", "column reviews.body", "view pull_request_facts".
  // Changes nothing; fails as init() does for a table that can't be used.
  Result<std::vector<std::string>> missing_parts();
  Result<LoadedChunks> loaded_chunks(std::string_view org) override;
  // Paths in the file system; nothing that begins with a scheme, such as "gs://…".
  bool reads(std::string_view location) const override;
  // Files whose name ends in ".gz" are decompressed.
  Result<StreamCounts> load(const LoadBatch& batch) override;
  Status set_metrics_rules(const MetricsRules& rules) override;
  Result<MetricsUpdate> update_metrics(MetricsScope scope) override;
  Result<StreamCounts> counts(std::string_view org) override;
  // DuckDB's SQL. What it says about a statement it refuses is the error's message.
  Result<QueryResult> query(std::string_view sql) override;
  Status for_each_row(std::string_view sql,
                      const std::function<void(const QueryRow&)>& on_row) override;
  Result<std::optional<int64_t>> bytes_to_read(std::string_view sql) override;

 private:
  DuckDbWarehouse(std::string file, duckdb::Connection connection)
      : file_(std::move(file)), connection_(std::move(connection)) {}

  // Creates the table, or brings the one that is there up to date.
  Status init_table(const Table& table);
  Status add_missing_parts(const Table& table, std::vector<std::string>& missing);

  std::string file_;
  duckdb::Connection connection_;
};

}  // namespace github_stats
