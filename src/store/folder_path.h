// The folders on the way from a store's root to an object, opened one below the other so that
// nothing, not even a folder renamed meanwhile, leads out of the root.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/file_io.h"

namespace github_stats {

enum class MissingFolders { kFail, kCreate };

class FolderPath {
 public:
  // Opens `root` and then each part of `folders` ("acme/web/commits"; empty: the root alone).
  // not_found when one is missing or, without kCreate, an object is in its
  // place; invalid_argument when the root is no folder or one is a symbolic link.
  static Result<FolderPath> open(const std::string& root, std::string_view folders,
                                 MissingFolders missing);

  int root() const { return descriptors_.front().get(); }
  int innermost() const { return descriptors_.back().get(); }
  // Whether open had to create some.
  bool created() const { return created_; }

  // Makes the names of all folders below the root durable. Returns errno.
  int sync_all() const;

  // Removes the innermost folders as far up as they are empty.
  void remove_empty() const;

 private:
  int enter(const std::string& part, MissingFolders missing);

  std::vector<FileDescriptor> descriptors_;  // the root first
  std::vector<std::string> parts_;           // parts_[i] is descriptors_[i + 1] in descriptors_[i]
  bool created_ = false;
};

}  // namespace github_stats
