// What keeps processes that share a directory store out of each other's way. Both rest on locks
// that the kernel drops when their holder dies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/file_io.h"

namespace github_stats {

// Waits until no other thread or process holds the lock of `key`; held until the descriptor is
// closed. `own_folder` is the store's folder for its own files. Returns errno.
int lock_key(int own_folder, std::string_view key, FileDescriptor& out);

// A file in the making, removed when it was not published. While it lives, no sweep takes it away.
class TempFile {
 public:
  TempFile() = default;
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile();

  // Creates the file in `own_folder`, which must stay open as long as this lives. Returns errno.
  int create(int own_folder);

  int file() const { return file_.get(); }
  const std::string& name() const { return name_; }

  // The file has another name now: nothing to remove any more.
  void published() { name_.clear(); }

 private:
  int folder_ = -1;
  std::string name_;
  FileDescriptor file_;
};

// Removes the temp files of processes that are gone. Best effort.
void sweep_temp_files(int own_folder);

}  // namespace github_stats
