#include "doctor/disk.h"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "doctor/judgement.h"

namespace github_stats::doctor {
namespace {

namespace fs = std::filesystem;

// The path itself, or the folder above it that is there.
fs::path nearest_existing(const fs::path& path) {
  std::error_code error;
  fs::path at = fs::absolute(path, error).lexically_normal();
  if (!at.has_filename()) {  // "/a/b/"
    at = at.parent_path();
  }
  while (!fs::exists(at, error) && at.has_relative_path()) {
    at = at.parent_path();
  }
  return at;
}

}  // namespace

Finding check_space(const Check& check, const fs::path& path) {
  const fs::path there = nearest_existing(path);
  struct statvfs facts {};
  if (statvfs(there.c_str(), &facts) != 0) {
    return check.warning(fmt::format("can't ask how much is left in {}: {}", there.string(),
                                     std::generic_category().message(errno)),
                         "check the permissions of the folders above it");
  }
  Space space{.bytes = static_cast<int64_t>(facts.f_bavail) * static_cast<int64_t>(facts.f_frsize),
              .files = std::nullopt};
  if (facts.f_files > 0) {  // some file systems make files as they need them
    space.files = static_cast<int64_t>(facts.f_favail);
  }
  return judge_space(check, space, there.string());
}

Finding judge_place(const Check& check, const fs::path& path, std::string_view what) {
  const fs::path there = nearest_existing(path);
  std::error_code error;
  if (!fs::is_directory(there, error)) {
    return check.failed(fmt::format("{} can't be made: {} is no directory", what, there.string()),
                        "choose another place for it");
  }
  if (access(there.c_str(), W_OK | X_OK) != 0) {
    return check.failed(fmt::format("{} can't be made in {}: {}", what, there.string(),
                                    std::generic_category().message(errno)),
                        "check the permissions of that folder, or choose another place");
  }
  return check.warning(fmt::format("{} is not there yet: {}", what, path.string()),
                       "create it with `github-stats init`");
}

}  // namespace github_stats::doctor
