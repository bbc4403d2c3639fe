#include "cli/export_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/crash_point.h"

namespace github_stats {

namespace {

tl::unexpected<Error> unusable(const std::string& path, int error) {
  auto failure = io_failure("export to", path, error);
  failure.value().remedy = "choose another folder with --out";
  return failure;
}

}  // namespace

Result<ExportFolder> ExportFolder::open(const std::string& folder) {
  std::error_code error;
  const auto path = std::filesystem::absolute(folder, error).lexically_normal();
  std::filesystem::create_directories(path, error);
  if (error) {
    return unusable(folder, error.value());
  }
  FileDescriptor opened;
  if (const int failed = open_root(path.string(), opened); failed != 0) {
    return unusable(folder, failed);
  }
  // Where the file system knows no locks, exporting goes without.
  if (flock(opened.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return fail(ErrorCode::kUnavailable, fmt::format("another process is exporting to {}", folder),
                "wait for it, or choose another folder");
  }
  return ExportFolder(path, std::move(opened));
}

Result<int64_t> ExportFolder::put(
    const std::string& name, const std::function<Status(const std::filesystem::path&)>& write) {
  const std::string hidden = "." + name + ".part";
  // What lies there may be a link to somewhere else.
  unlinkat(folder_.get(), hidden.c_str(), 0);
  const Status written = write(path_ / hidden);
  auto bytes = written ? publish(hidden, name) : tl::unexpected(written.error());
  if (!bytes) {
    unlinkat(folder_.get(), hidden.c_str(), 0);
  }
  return bytes;
}

Result<int64_t> ExportFolder::publish(const std::string& hidden, const std::string& name) {
  FileDescriptor file;
  struct stat status {};
  int failed = open_at(folder_.get(), hidden, O_RDONLY, file);
  if (failed == 0 && fstat(file.get(), &status) != 0) {
    failed = errno;
  }
  if (failed == 0) {
    failed = sync_to_disk(file.get());
  }
  crash_point("export.file.before_rename");
  if (failed == 0 && renameat(folder_.get(), hidden.c_str(), folder_.get(), name.c_str()) != 0) {
    failed = errno;
  }
  crash_point("export.file.after_rename");
  if (failed == 0) {
    failed = sync_to_disk(folder_.get());
  }
  if (failed != 0) {
    return unusable(path_of(name).string(), failed);
  }
  return static_cast<int64_t>(status.st_size);
}

}  // namespace github_stats
