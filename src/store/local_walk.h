// Walks a directory store's tree in the order of keys. What is no object is passed over: names that
// can't be keys (the store's own files among them), symbolic links, devices, and what vanishes
// under way.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/object_store.h"

namespace github_stats {

class Walk {
 public:
  // `path` leads to the folder the walk begins in: empty, or ending with "/".
  Walk(std::string path, const std::function<bool(const ObjectInfo&)>& visit)
      : path_(std::move(path)), visit_(visit) {}

  // Visits all objects below `folder` whose name there begins with `name_prefix`. False when the
  // visitor had enough.
  Result<bool> run(int folder, std::string_view name_prefix);

  // Visits all objects below the folder `name_and_slash` of `folder`. False as above.
  Result<bool> enter(int folder, const std::string& name_and_slash);

 private:
  Result<bool> visit_file(int folder, const std::string& name);

  std::string path_;
  const std::function<bool(const ObjectInfo&)>& visit_;
};

}  // namespace github_stats
