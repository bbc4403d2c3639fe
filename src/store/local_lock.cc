#include "store/local_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <random>
#include <vector>

namespace github_stats {
namespace {

constexpr char kLockFile[] = "lock";
constexpr std::string_view kTempPrefix = "put-";

// FNV-1a: the same in every build, as processes of different builds may share a store.
uint64_t hash_of(std::string_view text) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

// Names that no other process uses, in whatever container or machine it runs.
std::string new_temp_name() {
  static const uint64_t kProcess =
      (uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  static std::atomic<uint64_t> count{0};
  return fmt::format("{}{:016x}-{}", kTempPrefix, kProcess, ++count);
}

int lock_whole_file(int file, int how) {
  while (flock(file, how) != 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

int lock_key(int own_folder, std::string_view key, FileDescriptor& out) {
  if (const int error = open_at(own_folder, kLockFile, O_RDWR | O_CREAT, out)) {
    return error;
  }
  // One byte of the file stands for one key. These locks belong to the open file, not to the
  // process, so threads exclude each other too.
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = static_cast<off_t>(hash_of(key) >> 2);
  range.l_len = 1;
  while (fcntl(out.get(), F_OFD_SETLKW, &range) != 0) {
    if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int TempFile::create(int own_folder) {
  folder_ = own_folder;
  for (;;) {
    name_ = new_temp_name();
    const int error = open_at(own_folder, name_, O_WRONLY | O_CREAT | O_EXCL, file_);
    if (error == EEXIST) {
      continue;  // a forked process counts on from the same names
    }
    if (error != 0) {
      name_.clear();
      return error;
    }
    if (const int lock_error = lock_whole_file(file_.get(), LOCK_EX)) {
      return lock_error;
    }
    struct stat status {};
    if (fstat(file_.get(), &status) != 0) {
      return errno;
    }
    if (status.st_nlink > 0) {
      return 0;
    }
    // A sweep came between the creation and the lock and took the file for a dead one's.
  }
}

TempFile::~TempFile() {
  if (!name_.empty()) {
    unlinkat(folder_, name_.c_str(), 0);
  }
}

void sweep_temp_files(int own_folder) {
  std::vector<std::string> names;
  read_folder(own_folder, kTempPrefix, names);
  for (const std::string& name : names) {
    FileDescriptor file;
    if (open_at(own_folder, name, O_WRONLY, file) == 0 &&
        lock_whole_file(file.get(), LOCK_EX | LOCK_NB) == 0) {
      unlinkat(own_folder, name.c_str(), 0);
    }
  }
}

}  // namespace github_stats
