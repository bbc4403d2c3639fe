#include "config/small_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "base/log.h"

namespace github_stats {
namespace {

constexpr size_t kMostBytes = 1U << 20U;

ErrorCode code_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return ErrorCode::kNotFound;
    case EACCES:
    case EPERM:
      return ErrorCode::kPermissionDenied;
    default:
      return ErrorCode::kInvalidArgument;
  }
}

tl::unexpected<Error> cannot_read(const std::string& path, int error) {
  return fail(code_of(error), fmt::format("cannot read '{}': {}", printable(path),
                                          std::generic_category().message(error)));
}

}  // namespace

Result<std::string> read_small_file(const std::string& path) {
  const auto close_file = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close_file)> file(std::fopen(path.c_str(), "rbe"),
                                                              close_file);
  if (!file) {
    return cannot_read(path, errno);
  }
  std::string bytes(kMostBytes + 1, '\0');
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (std::ferror(file.get()) != 0) {
    return cannot_read(path, errno);
  }
  if (bytes.size() > kMostBytes) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("cannot read '{}': it is larger than 1 MiB", printable(path)));
  }
  return bytes;
}

}  // namespace github_stats
