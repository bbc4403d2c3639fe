// Tables as files.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "schema/schema.h"

namespace github_stats {

enum class ExportFormat { kParquet, kCsv };

struct ExportOptions {
  ExportFormat format = ExportFormat::kParquet;
  // CSV only: a text that a spreadsheet would take for a formula gets a "'" in front. It changes
  // the data, so nobody gets it unasked.
  bool for_spreadsheets = false;
};

// Writes tables of schema/ to files: the schema's columns in its order, rows in the order of their
// key.
//
// Parquet keeps the tables' types and is compressed with zstd. CSV (RFC 4180, but lines end with
// LF) begins with the columns' names; values are as in Warehouse::query: times
// "2026-01-31T23:59:59Z", lists JSON arrays. Null is nothing, an empty text "".
class TableExport {
 public:
  virtual ~TableExport() = default;

  // Writes the table to `path`, a file that this creates or replaces and does not sync; after a
  // failure it may hold anything. Gives the rows written. A table that is not there, or lacks a
  // column of schema/, is precondition_failed.
  virtual Result<int64_t> write(const Table& table, const ExportOptions& options,
                                const std::filesystem::path& path) = 0;
};

}  // namespace github_stats
