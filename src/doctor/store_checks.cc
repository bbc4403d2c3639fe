#include "doctor/store_checks.h"

#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <variant>

#include "doctor/bucket_checks.h"
#include "doctor/disk.h"
#include "doctor/judgement.h"
#include "store/keys.h"
#include "store/local_store.h"

namespace github_stats::doctor {
namespace {

namespace fs = std::filesystem;

const Check kStore{"store", "store"};
const Check kSpace{"store.space", "store: space"};
const Check kWriting{"store.write", "store: writing"};

std::string new_id() {
  std::random_device device;
  return fmt::format("probe-{:08x}{:08x}", device(), device());
}

// A store that init has made has a folder of its own.
bool is_initialised(const fs::path& root) {
  std::error_code ignored;
  return fs::is_directory(root / ".github-stats", ignored);
}

std::unique_ptr<ObjectStore> check_directory(const std::string& directory, const Tell& tell) {
  const fs::path root(directory);
  std::error_code error;
  const bool exists = fs::exists(root, error);
  if (exists && !fs::is_directory(root, error)) {
    tell(kStore.failed(fmt::format("{} is a file", directory),
                       "name a directory with --store, or move the file away"));
    tell(kSpace.skipped("there is no store"));
    tell(kWriting.skipped("there is no store"));
    return nullptr;
  }
  auto store = make_local_store(root);
  if (!is_initialised(root)) {
    tell(judge_place(kStore, root, "the store"));
    tell(check_space(kSpace, root));
    tell(kWriting.skipped("there is no store yet"));
    return nullptr;
  }
  tell(kStore.ok(store->name()));
  tell(check_space(kSpace, root));
  tell(try_writing(kWriting, *store));
  return store;
}

}  // namespace

Finding try_writing(const Check& check, ObjectStore& store) {
  const std::string key = probe_key(new_id());
  const std::string bytes = "{\"written_by\":\"github-stats doctor\"}\n";
  const auto written = store.put(key, bytes, Precondition::absent());
  const auto read = written ? store.get(key) : Result<Object>(tl::unexpected(written.error()));
  // A put that failed may have been done all the same.
  const Status removed = store.remove(key);
  if (!read) {
    return check.failed(read.error());
  }
  if (read->bytes != bytes) {
    return check.failed("what was read is not what was written", "check the disk of the store");
  }
  return removed ? check.ok("an object was written, read and removed")
                 : check.failed(removed.error());
}

std::unique_ptr<ObjectStore> check_store(const Parts& parts, GoogleAccess& google,
                                         const Tell& tell) {
  if (const auto* directory = std::get_if<DirectoryStore>(&parts.settings.store)) {
    return check_directory(directory->directory, tell);
  }
  return check_bucket(parts, google, tell);
}

}  // namespace github_stats::doctor
