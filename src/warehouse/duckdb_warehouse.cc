#include "warehouse/duckdb_warehouse.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "warehouse/duckdb_errors.h"
#include "warehouse/duckdb_file.h"
#include "warehouse/duckdb_load.h"
#include "warehouse/duckdb_metrics.h"
#include "warehouse/duckdb_query.h"
#include "warehouse/names.h"
#include "warehouse/sql.h"

namespace github_stats {
namespace {

namespace sql = duckdb_sql;
using duckdb::Row;

constexpr std::string_view kInitialising = "creating the tables in DuckDB";

// A column of a table that is there already.
struct FoundColumn {
  std::string name;
  std::string type;
  bool in_table;  // not in a view
  bool must_be_given;
};

Status unusable(const Table& table, std::string_view why) {
  return fail(ErrorCode::kPreconditionFailed,
              fmt::format("the table {} can't be used: {}", table.name, why),
              "rename that table, or use another DuckDB file");
}

// Whether rows of `table` can be written to what was found under its name.
Status check_usable(const Table& table, const std::vector<FoundColumn>& found) {
  for (const FoundColumn& there : found) {
    if (!there.in_table) {
      return unusable(table, "it is a view");
    }
    const auto known = std::ranges::find_if(
        table.columns, [&](const Column& column) { return same_name(column.name, there.name); });
    if (known == table.columns.end()) {
      if (there.must_be_given) {
        return unusable(table, fmt::format("its column {} must not be null, but this program "
                                           "knows no such column",
                                           there.name));
      }
    } else if (there.type != sql::type_name(known->type)) {
      return unusable(table, fmt::format("its column {} is of type {}, not {}", there.name,
                                         there.type, sql::type_name(known->type)));
    }
  }
  return {};
}

// The columns of what has that name; none: nothing has.
Result<std::vector<FoundColumn>> find_columns(duckdb::Connection& connection,
                                              std::string_view name) {
  const std::string_view parameters[] = {name};
  const auto rows = connection.select(sql::kCatalogColumns, parameters);
  if (!rows) {
    return tl::unexpected(duckdb::statement_error(kInitialising, rows.error()));
  }
  std::vector<FoundColumn> found;
  for (const Row& row : *rows) {
    found.push_back({row[0].value_or(""), row[1].value_or(""), row[2] == "true", row[3] == "true"});
  }
  return found;
}

Status make_directories(const std::filesystem::path& file) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    return fail(error == std::errc::permission_denied ? ErrorCode::kPermissionDenied
                                                      : ErrorCode::kInvalidArgument,
                fmt::format("cannot create the directory {}: {}", file.parent_path().string(),
                            error.message()),
                "choose another place for the DuckDB file");
  }
  if (std::filesystem::is_directory(file, error)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is a directory", file.string()),
                "name a file in it, such as github_stats.duckdb");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<DuckDbWarehouse>> DuckDbWarehouse::open(const std::string& file) {
  ASSIGN_OR_RETURN(const auto path, duckdb::path_of(file));
  RETURN_IF_ERROR(make_directories(path));
  auto connection = duckdb::Connection::open(path);
  if (!connection) {
    return tl::unexpected(duckdb::open_error(file, connection.error()));
  }
  return std::unique_ptr<DuckDbWarehouse>(new DuckDbWarehouse(file, *std::move(connection)));
}

Result<std::unique_ptr<DuckDbWarehouse>> DuckDbWarehouse::open_sealed(const std::string& file) {
  ASSIGN_OR_RETURN(auto connection, duckdb::open_existing(file, duckdb::Access::kSealed));
  return std::unique_ptr<DuckDbWarehouse>(new DuckDbWarehouse(file, std::move(connection)));
}

std::string DuckDbWarehouse::name() const { return "duckdb:" + file_; }

Status DuckDbWarehouse::init_table(const Table& table) {
  ASSIGN_OR_RETURN(const auto found, find_columns(connection_, table.name));
  RETURN_IF_ERROR(check_usable(table, found));
  std::string statements = found.empty() ? sql::create_table(table) + ";\n" : "";
  for (const Column& column : table.columns) {
    const bool there = std::ranges::any_of(
        found, [&](const FoundColumn& f) { return same_name(f.name, column.name); });
    if (there || found.empty()) {
      continue;
    }
    if (column.required) {
      return unusable(table, fmt::format("it has no column {}", column.name));
    }
    statements += sql::add_column(table, column) + ";\n";
  }
  if (statements.empty()) {
    return {};
  }
  const auto done =
      connection_.execute("BEGIN;\n" + statements + sql::comment_on(table) + "COMMIT");
  if (!done) {
    (void)connection_.execute("ROLLBACK");
    return tl::unexpected(duckdb::statement_error(kInitialising, done.error()));
  }
  return {};
}

Status DuckDbWarehouse::init() {
  for (const Table& table : tables()) {
    RETURN_IF_ERROR(init_table(table));
  }
  RETURN_IF_ERROR(init_table(loads_table()));
  return duckdb::init_metrics(connection_);
}

Status DuckDbWarehouse::add_missing_parts(const Table& table, std::vector<std::string>& missing) {
  ASSIGN_OR_RETURN(const auto found, find_columns(connection_, table.name));
  RETURN_IF_ERROR(check_usable(table, found));
  if (found.empty()) {
    missing.push_back(fmt::format("table {}", table.name));
    return {};
  }
  for (const Column& column : table.columns) {
    if (std::ranges::none_of(
            found, [&](const FoundColumn& f) { return same_name(f.name, column.name); })) {
      missing.push_back(fmt::format("column {}.{}", table.name, column.name));
    }
  }
  return {};
}

Result<std::vector<std::string>> DuckDbWarehouse::missing_parts() {
  std::vector<std::string> missing;
  for (const Table& table : tables()) {
    RETURN_IF_ERROR(add_missing_parts(table, missing));
  }
  RETURN_IF_ERROR(add_missing_parts(loads_table(), missing));
  for (const Table& table : metrics_bookkeeping()) {
    RETURN_IF_ERROR(add_missing_parts(table, missing));
  }
  for (const View& view : views()) {
    ASSIGN_OR_RETURN(const auto found, find_columns(connection_, view.name));
    if (found.empty()) {
      missing.push_back(fmt::format("view {}", view.name));
    }
  }
  return missing;
}

Result<LoadedChunks> DuckDbWarehouse::loaded_chunks(std::string_view org) {
  const std::string_view parameters[] = {org};
  const auto rows = connection_.select(sql::kLoadedChunks, parameters);
  if (!rows) {
    return tl::unexpected(duckdb::statement_error("listing loaded chunks", rows.error()));
  }
  LoadedChunks loaded;
  for (const Row& row : *rows) {
    if (const auto stream = stream_named(row[2].value_or(""))) {
      loaded.add(row[0].value_or(""), row[1].value_or(""), *stream, duckdb::as_integer(row[3]),
                 duckdb::as_integer(row[4]));
    }
  }
  return loaded;
}

bool DuckDbWarehouse::reads(std::string_view location) const { return duckdb::reads(location); }

Result<StreamCounts> DuckDbWarehouse::load(const LoadBatch& batch) {
  return batch.chunks.empty() ? StreamCounts() : duckdb::load_batch(connection_, batch);
}

Status DuckDbWarehouse::set_metrics_rules(const MetricsRules& rules) {
  return duckdb::set_metrics_rules(connection_, rules);
}

Result<MetricsUpdate> DuckDbWarehouse::update_metrics(MetricsScope scope) {
  return duckdb::update_metrics(connection_, scope);
}

Result<StreamCounts> DuckDbWarehouse::counts(std::string_view org) {
  StreamCounts counts;
  const std::string_view parameters[] = {org};
  for (const Stream stream : kStreams) {
    const auto rows = connection_.select(sql::count_rows(stream), parameters);
    if (!rows) {
      return tl::unexpected(duckdb::statement_error("counting rows", rows.error()));
    }
    counts[stream] = duckdb::as_integer(rows->at(0).at(0));
  }
  return counts;
}

Result<QueryResult> DuckDbWarehouse::query(std::string_view sql) {
  return duckdb::run_query(connection_, sql);
}

Status DuckDbWarehouse::for_each_row(std::string_view sql,
                                     const std::function<void(const QueryRow&)>& on_row) {
  return duckdb::run_query_by_row(connection_, sql, on_row);
}

Result<std::optional<int64_t>> DuckDbWarehouse::bytes_to_read(std::string_view sql) {
  RETURN_IF_ERROR(duckdb::check_query(connection_, sql));
  return std::optional<int64_t>();
}

}  // namespace github_stats
