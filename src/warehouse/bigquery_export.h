// Tables of a BigQuery warehouse as files of this machine.
#pragma once

#include <memory>

#include "base/result.h"
#include "warehouse/table_export.h"
#include "warehouse/warehouse.h"

namespace github_stats {

// Rows come over the network, a page at a time, into a DuckDB file in the directory for temporary
// files (TMPDIR), which sorts and writes them: files are the same as a DuckDB warehouse's. Each
// table is of one moment, but not all of the same.
class BigQueryExport : public TableExport {
 public:
  static std::unique_ptr<TableExport> open(std::unique_ptr<Warehouse> warehouse);

  Result<int64_t> write(const Table& table, const ExportOptions& options,
                        const std::filesystem::path& path) override;

 private:
  explicit BigQueryExport(std::unique_ptr<Warehouse> warehouse)
      : warehouse_(std::move(warehouse)) {}

  std::unique_ptr<Warehouse> warehouse_;
};

}  // namespace github_stats
