#include "store/local_walk.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <vector>

#include "base/log.h"
#include "store/file_io.h"
#include "store/keys.h"

namespace github_stats {

Result<bool> Walk::run(int folder, std::string_view name_prefix) {
  std::vector<std::string> names;
  if (const int error = read_folder(folder, name_prefix, names)) {
    return io_failure("list the folder", path_, error);
  }
  for (const std::string& name : names) {
    if (!check_key(path_ + name.substr(0, name.find('/')))) {
      continue;  // not ours, too deep, or the store's own files
    }
    ASSIGN_OR_RETURN(const bool go_on,
                     name.ends_with('/') ? enter(folder, name) : visit_file(folder, name));
    if (!go_on) {
      return false;
    }
  }
  return true;
}

Result<bool> Walk::enter(int folder, const std::string& name_and_slash) {
  const std::string name = name_and_slash.substr(0, name_and_slash.size() - 1);
  FileDescriptor inner;
  const int error = open_at(folder, name, O_RDONLY | O_DIRECTORY, inner);
  if (error == ENOENT || error == ENOTDIR) {
    return true;  // gone since its name was read
  }
  if (error != 0) {
    return io_failure("open the folder", path_ + name, error);
  }
  const size_t outer_length = path_.size();
  path_ += name_and_slash;
  auto go_on = run(inner.get(), "");
  path_.resize(outer_length);
  return go_on;
}

Result<bool> Walk::visit_file(int folder, const std::string& name) {
  struct stat status {};
  if (fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) {
      return true;
    }
    return io_failure("look at", path_ + name, errno);
  }
  if (S_ISLNK(status.st_mode)) {
    log_warning("symbolic link in the store passed over", {{"path", path_ + name}});
  }
  if (!S_ISREG(status.st_mode)) {
    return true;
  }
  return visit_(ObjectInfo{path_ + name, static_cast<int64_t>(status.st_size)});
}

}  // namespace github_stats
