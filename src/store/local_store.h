// A directory as an object store: a key is a path below the root.
//
// Several processes may use one directory at once (file locks guard the preconditions). A put is
// temp file -> fsync -> rename -> fsync of the directory, so a crash leaves the old object, the new
// one or none, never a part. What a killed process left behind is invisible and is removed by init
// and by the first put of a later one.
//
// Below the root nothing follows a symbolic link: a call whose key or prefix leads through one
// fails, and listings pass over links with a warning. The root itself may be one, and may be moved
// while no process uses it. The store's own files are in "<root>/.github-stats/".
//
// A version is the SHA-256 of the bytes: it holds across processes, machines and copies of the
// directory, where a time stamp could miss a change within its grain.
//
// Crash points: local_store.put.before_write, .half_written, .before_rename, .after_rename.
#pragma once

#include <filesystem>
#include <memory>

#include "store/object_store.h"

namespace github_stats {

// Touches nothing until a method is called. A part of a key longer than 255 bytes is
// invalid_argument, besides what object_store.h says.
std::unique_ptr<ObjectStore> make_local_store(const std::filesystem::path& root);

}  // namespace github_stats
