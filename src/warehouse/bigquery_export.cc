#include "warehouse/bigquery_export.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/json_writer.h"
#include "warehouse/duckdb_connection.h"
#include "warehouse/duckdb_errors.h"
#include "warehouse/duckdb_export.h"
#include "warehouse/sql.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;
namespace sql = duckdb_sql;

// A folder for temporary files, which goes with everything in it.
class PassingFolder {
 public:
  static Result<PassingFolder> make() {
    std::string name = (fs::temp_directory_path() / "github-stats-export-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      return no_room(std::generic_category().message(errno));
    }
    return PassingFolder(name);
  }

  explicit PassingFolder(fs::path path) : path_(std::move(path)) {}
  PassingFolder(PassingFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PassingFolder& operator=(PassingFolder&&) = delete;
  ~PassingFolder() {
    std::error_code ignored;
    if (!path_.empty()) {
      fs::remove_all(path_, ignored);
    }
  }

  const fs::path& path() const { return path_; }

  static tl::unexpected<Error> no_room(const std::string& why) {
    return fail(ErrorCode::kUnavailable, "can't write a temporary file: " + why,
                "set TMPDIR to a directory that has room");
  }

 private:
  fs::path path_;
};

bool is_plain(ColumnType type) {
  return type != ColumnType::kText && type != ColumnType::kTimestamp && type != ColumnType::kDate;
}

// The row as a line of JSON.
void append_row(const Table& table, const QueryRow& row, std::string& line) {
  JsonWriter json(line);
  json.begin_object();
  for (size_t i = 0; i < table.columns.size() && i < row.size(); ++i) {
    if (row[i]) {
      json.key(table.columns[i].name);
      is_plain(table.columns[i].type) ? json.raw(*row[i]) : json.text(*row[i]);
    }
  }
  json.end_object();
  line += '\n';
}

std::string select_all(const Table& table) {
  std::string columns;
  for (const Column& column : table.columns) {
    columns += fmt::format("{}`{}`", columns.empty() ? "" : ", ", column.name);
  }
  return fmt::format("SELECT {} FROM `{}`", columns, table.name);
}

Status fetch(Warehouse& warehouse, const Table& table, const fs::path& path) {
  std::ofstream file(path, std::ios::binary);
  std::string line;
  Status read = warehouse.for_each_row(select_all(table), [&](const QueryRow& row) {
    line.clear();
    append_row(table, row, line);
    file << line;
  });
  if (!read) {
    if (read.error().code == ErrorCode::kInvalidArgument) {  // not the user's statement
      read.error().code = ErrorCode::kPreconditionFailed;
    }
    return read;
  }
  file.close();
  return file ? Status() : PassingFolder::no_room("the rows of " + std::string(table.name));
}

Status import_rows(const Table& table, const fs::path& rows, const fs::path& database) {
  const auto failed = [](const duckdb::Failure& failure) {
    return tl::unexpected(duckdb::statement_error("keeping rows on their way", failure));
  };
  auto connection = duckdb::Connection::open(database);
  if (!connection) {
    return failed(connection.error());
  }
  const std::string rows_file[] = {rows.string()};
  const auto done = connection->execute(sql::create_table(table) + ";\n" +
                                        sql::insert_from_files(table, rows_file));
  return done ? Status() : failed(done.error());
}

}  // namespace

std::unique_ptr<TableExport> BigQueryExport::open(std::unique_ptr<Warehouse> warehouse) {
  return std::unique_ptr<TableExport>(new BigQueryExport(std::move(warehouse)));
}

Result<int64_t> BigQueryExport::write(const Table& table, const ExportOptions& options,
                                      const fs::path& path) {
  ASSIGN_OR_RETURN(const PassingFolder folder, PassingFolder::make());
  const fs::path rows = folder.path() / "rows.json";
  const fs::path database = folder.path() / "rows.duckdb";
  RETURN_IF_ERROR(fetch(*warehouse_, table, rows));
  RETURN_IF_ERROR(import_rows(table, rows, database));
  ASSIGN_OR_RETURN(const auto written, DuckDbExport::open(database.string()));
  return written->write(table, options, path);
}

}  // namespace github_stats
