#include "store/file_io.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace github_stats {
namespace {

constexpr mode_t kNewFile = 0666;  // less the umask

// Repeats `call` while a signal interrupts it.
template <typename Call>
auto uninterrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) {
    result = call();
  }
  return result;
}

bool is_folder(int folder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) {
    return entry.d_type == DT_DIR;
  }
  struct stat status {};
  return fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

struct Advice {
  ErrorCode code;
  std::string_view remedy;
};

Advice advice_for(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return {ErrorCode::kUnavailable, "free space there, or choose another place with --store"};
    case EFBIG:
      return {ErrorCode::kUnavailable, "raise the limit on file sizes (ulimit -f)"};
    case EMFILE:
    case ENFILE:
      return {ErrorCode::kUnavailable, "raise the limit on open files (ulimit -n)"};
    case EACCES:
    case EPERM:
      return {ErrorCode::kPermissionDenied, "give this user access, or choose another --store"};
    case EROFS:
      return {ErrorCode::kPermissionDenied,
              "mount that file system for writing, or choose another --store"};
    case ENOTDIR:
    case EISDIR:
    case EEXIST:
      return {ErrorCode::kInvalidArgument, "move what is in the way, or choose another --store"};
    case ENAMETOOLONG:
      return {ErrorCode::kInvalidArgument, "choose a shorter path with --store"};
    case ELOOP:
      return {ErrorCode::kInvalidArgument,
              "a store follows no symbolic links: put the real folder there (or mount it)"};
    case ENOENT:
      return {ErrorCode::kNotFound, ""};
    case EIO:
      return {ErrorCode::kDataLoss, "check that disk"};
    default:
      return {ErrorCode::kInternal, ""};
  }
}

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

int FileDescriptor::release() { return std::exchange(fd_, -1); }

void FileDescriptor::close() {
  if (fd_ >= 0) {
    ::close(release());  // never repeated: Linux has closed it even when interrupted
  }
}

int open_at(int folder, const std::string& name, int flags, FileDescriptor& out) {
  const int fd = uninterrupted([&] {
    return openat(folder, name.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kNewFile);
  });
  if (fd < 0) {
    return errno;
  }
  out = FileDescriptor(fd);
  return 0;
}

int open_root(const std::string& name, FileDescriptor& out) {
  const int fd =
      uninterrupted([&] { return open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (fd < 0) {
    return errno;
  }
  out = FileDescriptor(fd);
  return 0;
}

int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        uninterrupted([&] { return ::write(file, bytes.data(), bytes.size()); });
    if (written < 0) {
      return errno;
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return 0;
}

int read_all(int file, std::string& out) {
  struct stat status {};
  if (fstat(file, &status) != 0) {
    return errno;
  }
  if (!S_ISREG(status.st_mode)) {
    return ENOENT;
  }
  // One byte more than expected, so that the end is seen without growing.
  out.resize(static_cast<size_t>(status.st_size) + 1);
  size_t length = 0;
  for (;;) {
    const ssize_t count =
        uninterrupted([&] { return ::read(file, out.data() + length, out.size() - length); });
    if (count < 0) {
      return errno;
    }
    if (count == 0) {
      out.resize(length);
      return 0;
    }
    length += static_cast<size_t>(count);
    if (length == out.size()) {
      out.resize(2 * length);
    }
  }
}

int sync_to_disk(int file_or_folder) {
  if (uninterrupted([&] { return fsync(file_or_folder); }) == 0 || errno == EINVAL) {
    return 0;  // EINVAL: a file system that keeps nothing back
  }
  return errno;
}

int read_folder(int folder, std::string_view name_prefix, std::vector<std::string>& out) {
  FileDescriptor own_position;
  if (const int error = open_at(folder, ".", O_RDONLY | O_DIRECTORY, own_position)) {
    return error;
  }
  const auto close_stream = [](DIR* stream) { closedir(stream); };
  const std::unique_ptr<DIR, decltype(close_stream)> stream(fdopendir(own_position.get()),
                                                            close_stream);
  if (!stream) {
    return errno;
  }
  own_position.release();
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(stream.get());
    if (entry == nullptr) {
      break;
    }
    std::string name = entry->d_name;
    if (name == "." || name == "..") {
      continue;
    }
    if (is_folder(folder, *entry)) {
      name += '/';
    }
    if (name.starts_with(name_prefix)) {
      out.push_back(std::move(name));
    }
  }
  const int error = errno;
  std::sort(out.begin(), out.end());
  return error;
}

bool is_symbolic_link(int folder, const std::string& name) {
  struct stat status {};
  return fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISLNK(status.st_mode);
}

tl::unexpected<Error> io_failure(std::string_view action, std::string_view path, int error) {
  const Advice advice = advice_for(error);
  return fail(advice.code,
              fmt::format("cannot {} '{}': {}", action, printable(path),
                          std::generic_category().message(error)),
              std::string(advice.remedy));
}

}  // namespace github_stats
