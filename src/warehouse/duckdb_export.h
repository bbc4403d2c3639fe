// Tables of a DuckDB warehouse as files.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/table_export.h"

namespace github_stats {

// All that one of them writes is of one moment: it keeps writers out while it lives.
class DuckDbExport : public TableExport {
 public:
  // Opens a file that is there, for reading. Fails as DuckDbWarehouse::open_sealed does.
  static Result<std::unique_ptr<DuckDbExport>> open(const std::string& file);

  Result<int64_t> write(const Table& table, const ExportOptions& options,
                        const std::filesystem::path& path) override;

 private:
  explicit DuckDbExport(duckdb::Connection connection) : connection_(std::move(connection)) {}

  duckdb::Connection connection_;
};

}  // namespace github_stats
