#include "warehouse/duckdb_export.h"

#include <fmt/format.h>

#include <utility>

#include "warehouse/duckdb_errors.h"
#include "warehouse/duckdb_file.h"
#include "warehouse/sql.h"

namespace github_stats {
namespace {

namespace sql = duckdb_sql;

// How a column is written to CSV; {0} is its name.
constexpr const char* kAsIs = "{0}";

// Where there is a fraction of a second, all its six digits, as everywhere else.
constexpr const char* kTime =
    "CASE WHEN epoch_us({0}) % 1000000 = 0 THEN strftime({0}, '%Y-%m-%dT%H:%M:%SZ')"
    " ELSE strftime({0}, '%Y-%m-%dT%H:%M:%S.%fZ') END";

constexpr const char* kList = "CAST(to_json({0}) AS VARCHAR)";

// The characters are those of OWASP's page on CSV injection.
constexpr const char* kTextForSpreadsheets =
    R"(CASE WHEN regexp_matches({0}, '^[=+\-@\t\r\n]') THEN '''' || {0} ELSE {0} END)";

const char* csv_form(ColumnType type, bool for_spreadsheets) {
  switch (type) {
    case ColumnType::kTimestamp:
      return kTime;
    case ColumnType::kTextList:
      return kList;
    case ColumnType::kText:
      return for_spreadsheets ? kTextForSpreadsheets : kAsIs;
    default:
      return kAsIs;
  }
}

std::string selected(const Table& table, const ExportOptions& options) {
  std::string columns;
  for (const Column& column : table.columns) {
    const std::string name = sql::identifier(column.name);
    const char* const form = options.format == ExportFormat::kCsv
                                 ? csv_form(column.type, options.for_spreadsheets)
                                 : kAsIs;
    columns += columns.empty() ? "" : ", ";
    columns += fmt::format(fmt::runtime(form), name) + " AS " + name;
  }
  return columns;
}

std::string copy_statement(const Table& table, const ExportOptions& options,
                           const std::filesystem::path& path) {
  std::string key;
  for (const std::string_view column : table.key) {
    key += (key.empty() ? "t." : ", t.") + sql::identifier(column);
  }
  return fmt::format("COPY (SELECT {} FROM {} AS t ORDER BY {}) TO {} ({})",
                     selected(table, options), sql::identifier(table.name), key,
                     sql::literal(path.string()),
                     options.format == ExportFormat::kCsv
                         ? "FORMAT csv, HEADER, COMPRESSION none, USE_TMP_FILE false"
                         : "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false");
}

}  // namespace

Result<std::unique_ptr<DuckDbExport>> DuckDbExport::open(const std::string& file) {
  ASSIGN_OR_RETURN(auto connection, duckdb::open_existing(file, duckdb::Access::kReadOnly));
  return std::unique_ptr<DuckDbExport>(new DuckDbExport(std::move(connection)));
}

Result<int64_t> DuckDbExport::write(const Table& table, const ExportOptions& options,
                                    const std::filesystem::path& path) {
  const auto counted = connection_.select(copy_statement(table, options, path));
  if (!counted) {
    Error error = duckdb::statement_error(fmt::format("exporting {}", table.name), counted.error());
    if (error.code == ErrorCode::kUnavailable) {  // of two disks, the likelier
      error.remedy = "check the disk that it is written to, and that of the DuckDB file";
    }
    return tl::unexpected(std::move(error));
  }
  return duckdb::as_integer(counted->at(0).at(0));
}

}  // namespace github_stats
