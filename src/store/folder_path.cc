#include "store/folder_path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace github_stats {
namespace {

constexpr mode_t kNewFolder = 0777;  // less the umask

}  // namespace

Result<FolderPath> FolderPath::open(const std::string& root, std::string_view folders,
                                    MissingFolders missing) {
  FolderPath path;
  if (const int error = open_root(root, path.descriptors_.emplace_back())) {
    return io_failure("open the store", root, error);
  }
  std::string shown = root;
  while (!folders.empty()) {
    const size_t slash = std::min(folders.find('/'), folders.size());
    const std::string part(folders.substr(0, slash));
    folders.remove_prefix(std::min(slash + 1, folders.size()));
    shown.append("/").append(part);
    if (const int error = path.enter(part, missing)) {
      return io_failure("open the folder", shown, error);
    }
  }
  return path;
}

int FolderPath::enter(const std::string& part, MissingFolders missing) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY;
  FileDescriptor next;
  int error = open_at(innermost(), part, kFlags, next);
  if (error == ENOENT && missing == MissingFolders::kCreate) {
    if (mkdirat(innermost(), part.c_str(), kNewFolder) != 0 && errno != EEXIST) {
      return errno;
    }
    created_ = true;
    error = open_at(innermost(), part, kFlags, next);
  }
  if (error == ENOTDIR && is_symbolic_link(innermost(), part)) {
    return ELOOP;
  }
  if (error == ENOTDIR && missing == MissingFolders::kFail) {
    return ENOENT;  // an object in the place of a folder: nothing lies below it
  }
  if (error == 0) {
    descriptors_.push_back(std::move(next));
    parts_.push_back(part);
  }
  return error;
}

int FolderPath::sync_all() const {
  for (auto folder = descriptors_.rbegin(); folder != descriptors_.rend(); ++folder) {
    if (const int error = sync_to_disk(folder->get())) {
      return error;
    }
  }
  return 0;
}

void FolderPath::remove_empty() const {
  for (size_t i = parts_.size(); i > 0; --i) {
    if (unlinkat(descriptors_[i - 1].get(), parts_[i - 1].c_str(), AT_REMOVEDIR) != 0) {
      return;
    }
  }
}

}  // namespace github_stats
