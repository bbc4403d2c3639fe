// The system calls a directory store is made of. Interrupted calls are repeated and short transfers
// continued; failures are errno values (0 is success), which io_failure turns into an Error.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace github_stats {

// Owns an open file or directory.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor() { close(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }
  int release();
  void close();

 private:
  int fd_ = -1;
};

// openat. Never follows a symbolic link in `name`'s last part, never waits on a pipe.
int open_at(int folder, const std::string& name, int flags, FileDescriptor& out);

// Opens the folder `name`, which may be a symbolic link: for a store's root only.
int open_root(const std::string& name, FileDescriptor& out);

int write_all(int file, std::string_view bytes);

// The rest of `file`, which must be a regular file; ENOENT when it is something else.
int read_all(int file, std::string& out);

int sync_to_disk(int file_or_folder);

// The names in `folder` that begin with `name_prefix`; a folder's ends with "/". Sorted by bytes,
// so that walking them in order meets the keys in order: "a-b" comes before "a/".
int read_folder(int folder, std::string_view name_prefix, std::vector<std::string>& out);

bool is_symbolic_link(int folder, const std::string& name);

// "cannot <action> '<path>': <what errno says>", with a remedy where there is one.
tl::unexpected<Error> io_failure(std::string_view action, std::string_view path, int error);

}  // namespace github_stats
