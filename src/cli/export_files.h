// A folder that files are exported to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "base/result.h"
#include "store/file_io.h"

namespace github_stats {

// Each file is written whole or not at all: under a hidden name of its own (".NAME.part"), synced,
// and then renamed, replacing what had the name. A process that is killed may leave the hidden
// file, which the next export takes the place of. One process at a time exports to a folder.
class ExportFolder {
 public:
  // Creates the folder, and those above it, if need be. unavailable when another process exports
  // to it.
  static Result<ExportFolder> open(const std::string& folder);

  // Puts a file there that `write` writes to the path it is given. Gives its size in bytes.
  Result<int64_t> put(const std::string& name,
                      const std::function<Status(const std::filesystem::path&)>& write);

  std::filesystem::path path_of(const std::string& name) const { return path_ / name; }

 private:
  ExportFolder(std::filesystem::path path, FileDescriptor folder)
      : path_(std::move(path)), folder_(std::move(folder)) {}

  // Syncs the file and gives it its name.
  Result<int64_t> publish(const std::string& hidden, const std::string& name);

  std::filesystem::path path_;
  FileDescriptor folder_;  // holds the lock
};

}  // namespace github_stats
