#include "warehouse/duckdb_file.h"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

#include "warehouse/duckdb_errors.h"

namespace github_stats::duckdb {

Result<std::filesystem::path> path_of(const std::string& file) {
  // DuckDB takes what follows a question mark for options and would put its log beside another
  // file; a NUL would end the name.
  if (file.empty() || file.find_first_of(std::string_view("?\0", 2)) != std::string::npos) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' can't name a DuckDB file", file.substr(0, file.find('\0'))),
                "choose a name without question marks");
  }
  std::error_code error;
  // Absolute, so that nothing in it is taken for a scheme or a home directory.
  auto path = std::filesystem::absolute(file, error).lexically_normal();
  if (error) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{}: {}", file, error.message()));
  }
  return path;
}

Result<Connection> open_existing(const std::string& file, Access access) {
  ASSIGN_OR_RETURN(const auto path, path_of(file));
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no warehouse {} yet", file),
                "create it with `github-stats init` and fill it with `github-stats backfill`, or "
                "name another with --warehouse");
  }
  if (std::filesystem::is_directory(path, error)) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("{} is a directory", file),
                "name the DuckDB file in it");
  }
  auto connection = Connection::open(path, access);
  if (!connection) {
    return tl::unexpected(open_error(file, connection.error()));
  }
  return *std::move(connection);
}

}  // namespace github_stats::duckdb
