#include "warehouse/duckdb_connection.h"

#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

namespace github_stats::duckdb {
namespace {

// Nothing is fetched from a network at run time: json, parquet and icu are built into the library.
// Rows have no order of their own, so DuckDB need not keep the one they come in.
constexpr std::array<std::pair<const char*, const char*>, 4> kSettings = {{
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"},
    {"allow_community_extensions", "false"},
    {"preserve_insertion_order", "false"},
}};

constexpr std::pair<const char*, const char*> kReadOnly = {"access_mode", "READ_ONLY"};

// What is set once the file is open; the second seals it: see Access. Without a temporary directory
// DuckDB says that memory is short, and not that it may not write there.
constexpr const char* kInUtc = "SET TimeZone = 'UTC';";
constexpr const char* kSeal =
    "SET temp_directory = '';"
    "SET enable_external_access = false;"
    "SET disabled_filesystems = 'LocalFileSystem';"
    "SET lock_configuration = true";

tl::unexpected<Failure> failed(duckdb_error_type type, const char* message) {
  return tl::unexpected(Failure{type, message == nullptr ? "no reason given" : message});
}

tl::unexpected<Failure> failed(ResultHandle& result) {
  return failed(duckdb_result_error_type(result.out()), duckdb_result_error(result.out()));
}

std::string text_at(duckdb_vector vector, idx_t row) {
  auto& text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[row];
  return {duckdb_string_t_data(&text), duckdb_string_t_length(text)};
}

Outcome<Value> value_at(duckdb_vector vector, duckdb_type type, idx_t row) {
  uint64_t* const validity = duckdb_vector_get_validity(vector);
  if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row)) {
    return Value();
  }
  switch (type) {
    case DUCKDB_TYPE_VARCHAR:
      return text_at(vector, row);
    case DUCKDB_TYPE_BIGINT:
      return std::to_string(static_cast<int64_t*>(duckdb_vector_get_data(vector))[row]);
    case DUCKDB_TYPE_BOOLEAN:
      return static_cast<bool*>(duckdb_vector_get_data(vector))[row] ? "true" : "false";
    default:
      return failed(DUCKDB_ERROR_NOT_IMPLEMENTED, "a column of a type that must be cast first");
  }
}

Outcome<void> read_chunk(duckdb_data_chunk chunk, std::span<const duckdb_type> types,
                         std::vector<Row>& rows) {
  const idx_t count = duckdb_data_chunk_get_size(chunk);
  const size_t first = rows.size();
  rows.resize(first + count);
  for (idx_t column = 0; column < types.size(); ++column) {
    const duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, column);
    for (idx_t row = 0; row < count; ++row) {
      auto value = value_at(vector, types[column], row);
      if (!value) {
        return tl::unexpected(std::move(value).error());
      }
      rows[first + row].push_back(*std::move(value));
    }
  }
  return {};
}

std::vector<duckdb_type> types_of(ResultHandle& result) {
  std::vector<duckdb_type> types(duckdb_column_count(result.out()));
  for (idx_t column = 0; column < types.size(); ++column) {
    types[column] = duckdb_column_type(result.out(), column);
  }
  return types;
}

Outcome<std::vector<Row>> read_rows(ResultHandle& result) {
  const std::vector<duckdb_type> types = types_of(result);
  std::vector<Row> rows;
  while (const DataChunk chunk = DataChunk(duckdb_fetch_chunk(result.get()))) {
    if (auto read = read_chunk(chunk.get(), types, rows); !read) {
      return tl::unexpected(std::move(read).error());
    }
  }
  return rows;
}

Outcome<Config> settings(Access access) {
  Config config;
  if (duckdb_create_config(config.out()) == DuckDBError) {
    return failed(DUCKDB_ERROR_OUT_OF_MEMORY, "cannot make a configuration");
  }
  std::vector<std::pair<const char*, const char*>> wanted(kSettings.begin(), kSettings.end());
  if (access != Access::kReadWrite) {
    wanted.push_back(kReadOnly);
  }
  for (const auto& [name, value] : wanted) {
    if (duckdb_set_config(config.get(), name, value) == DuckDBError) {
      return failed(DUCKDB_ERROR_SETTINGS, name);
    }
  }
  return config;
}

StatementKind kind_of(duckdb_statement_type type) {
  return type == DUCKDB_STATEMENT_TYPE_SELECT    ? StatementKind::kSelect
         : type == DUCKDB_STATEMENT_TYPE_EXPLAIN ? StatementKind::kExplain
                                                 : StatementKind::kOther;
}

PreparedColumn column_at(duckdb_prepared_statement statement, idx_t index) {
  const LogicalType logical(duckdb_prepared_statement_column_logical_type(statement, index));
  const OwnedText alias(duckdb_logical_type_get_alias(logical.get()));
  return {OwnedText(duckdb_prepared_statement_column_name(statement, index)).c_str(),
          duckdb_prepared_statement_column_type(statement, index),
          std::string_view(alias.c_str()) == "JSON"};
}

// Two databases on one file in one process would destroy it, and the lock does not keep them apart.
duckdb_instance_cache instances() {
  static const InstanceCache kCache(duckdb_create_instance_cache());
  return kCache.get();
}

}  // namespace

int64_t as_integer(const Value& value) {
  int64_t number = 0;
  if (value) {
    std::from_chars(value->data(), value->data() + value->size(), number);
  }
  return number;
}

Outcome<Connection> Connection::open(const std::filesystem::path& file, Access access) {
  const auto config = settings(access);
  if (!config) {
    return tl::unexpected(config.error());
  }
  Database database;
  OwnedText reason;
  if (duckdb_get_or_create_from_cache(instances(), file.c_str(), database.out(), config->get(),
                                      reason.out()) == DuckDBError) {
    return failed(DUCKDB_ERROR_IO, reason.c_str());
  }
  ConnectionHandle handle;
  if (duckdb_connect(database.get(), handle.out()) == DuckDBError) {
    return failed(DUCKDB_ERROR_CONNECTION, "cannot connect");
  }
  Connection connection(std::move(database), std::move(handle), access);
  const std::string setting_up = std::string(kInUtc) + (access == Access::kSealed ? kSeal : "");
  if (auto set = connection.execute(setting_up); !set) {
    return tl::unexpected(std::move(set).error());
  }
  return connection;
}

Outcome<void> Connection::execute(std::string_view statements) {
  ResultHandle result;
  if (duckdb_query(connection_.get(), std::string(statements).c_str(), result.out()) ==
      DuckDBError) {
    return failed(result);
  }
  return {};
}

Outcome<Statement> Connection::prepare(std::string_view statement) {
  Statement prepared;
  if (duckdb_prepare(connection_.get(), std::string(statement).c_str(), prepared.out()) ==
      DuckDBError) {
    return failed(DUCKDB_ERROR_BINDER, duckdb_prepare_error(prepared.get()));
  }
  return prepared;
}

Outcome<std::vector<Row>> Connection::select(std::string_view statement,
                                             std::span<const std::string_view> parameters) {
  const auto prepared = prepare(statement);
  if (!prepared) {
    return tl::unexpected(prepared.error());
  }
  for (idx_t i = 0; i < parameters.size(); ++i) {
    if (duckdb_bind_varchar_length(prepared->get(), i + 1, parameters[i].data(),
                                   parameters[i].size()) == DuckDBError) {
      return failed(DUCKDB_ERROR_PARAMETER_NOT_RESOLVED, duckdb_prepare_error(prepared->get()));
    }
  }
  ResultHandle result;
  if (duckdb_execute_prepared(prepared->get(), result.out()) == DuckDBError) {
    return failed(result);
  }
  return read_rows(result);
}

Outcome<void> Connection::select_in_pieces(std::string_view statement,
                                           const std::function<void(std::vector<Row>)>& on_rows) {
  const auto prepared = prepare(statement);
  if (!prepared) {
    return tl::unexpected(prepared.error());
  }
  ResultHandle result;
  if (duckdb_execute_prepared(prepared->get(), result.out()) == DuckDBError) {
    return failed(result);
  }
  const std::vector<duckdb_type> types = types_of(result);
  while (const DataChunk chunk = DataChunk(duckdb_fetch_chunk(result.get()))) {
    std::vector<Row> rows;
    if (auto read = read_chunk(chunk.get(), types, rows); !read) {
      return read;
    }
    on_rows(std::move(rows));
  }
  return {};
}

bool Connection::is_blank(std::string_view statements) {
  ExtractedStatements extracted;
  return duckdb_extract_statements(connection_.get(), std::string(statements).c_str(),
                                   extracted.out()) == 0 &&
         duckdb_extract_statements_error(extracted.get()) == nullptr;
}

Outcome<StatementShape> Connection::describe(std::string_view statement) {
  const auto prepared = prepare(statement);
  if (!prepared) {
    return tl::unexpected(prepared.error());
  }
  StatementShape shape{kind_of(duckdb_prepared_statement_type(prepared->get())), {}};
  if (shape.kind != StatementKind::kOther) {
    const idx_t columns = duckdb_prepared_statement_column_count(prepared->get());
    for (idx_t i = 0; i < columns; ++i) {
      shape.columns.push_back(column_at(prepared->get(), i));
    }
  }
  return shape;
}

Outcome<void> Connection::append(const std::string& temporary_table, std::span<const Row> rows) {
  Appender appender;
  bool good = duckdb_appender_create_ext(connection_.get(), "temp", "main", temporary_table.c_str(),
                                         appender.out()) != DuckDBError;
  for (const Row& row : rows) {
    for (const Value& value : row) {
      good = good &&
             (value ? duckdb_append_varchar_length(appender.get(), value->data(), value->size())
                    : duckdb_append_null(appender.get())) != DuckDBError;
    }
    good = good && duckdb_appender_end_row(appender.get()) != DuckDBError;
  }
  if (!good || duckdb_appender_close(appender.get()) == DuckDBError) {
    return failed(DUCKDB_ERROR_UNKNOWN_TYPE, duckdb_appender_error(appender.get()));
  }
  return {};
}

}  // namespace github_stats::duckdb
