#include "store/local_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/crash_point.h"
#include "base/log.h"
#include "store/file_io.h"
#include "store/folder_path.h"
#include "store/keys.h"
#include "store/local_lock.h"
#include "store/local_walk.h"

namespace github_stats {
namespace {

constexpr std::string_view kOwnFolder = ".github-stats";
constexpr size_t kLongestPart = 255;

Version version_of(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr);
  Version version;
  for (size_t i = 0; i < length; ++i) {
    version.value += fmt::format("{:02x}", digest.at(i));
  }
  return version;
}

struct SplitKey {
  std::string_view folders;  // "acme/web/commits", or empty
  std::string file;
};

// The folders before the last "/" and what follows it.
SplitKey split_key(std::string_view key) {
  const size_t slash = key.rfind('/');
  if (slash == std::string_view::npos) {
    return {{}, std::string(key)};
  }
  return {key.substr(0, slash), std::string(key.substr(slash + 1))};
}

Status check_local_key(std::string_view key) {
  RETURN_IF_ERROR(check_key(key));
  for (std::string_view rest = key; !rest.empty();) {
    const size_t length = std::min(rest.find('/'), rest.size());
    if (length > kLongestPart) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("'{}' has {} bytes, a file name at most {}", rest.substr(0, length),
                              length, kLongestPart));
    }
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  return {};
}

class LocalStore : public ObjectStore {
 public:
  explicit LocalStore(const std::filesystem::path& root)
      : root_(root.has_filename() ? root.string() : root.parent_path().string()) {}

  std::string name() const override { return "file:" + root_; }
  Status init() override;
  Result<Version> put(std::string_view key, std::string_view bytes,
                      const Precondition& precondition) override;
  Result<Object> get(std::string_view key) override;
  Status list(std::string_view prefix,
              const std::function<bool(const ObjectInfo&)>& visit) override;
  Result<std::vector<std::string>> list_folders(std::string_view prefix) override;
  Status remove(std::string_view key, const Precondition& precondition) override;
  std::string location(std::string_view key) const override {
    return fmt::format("{}/{}", root_, key);
  }

 private:
  Result<FolderPath> open_own_folder();
  Status write_temp_file(std::string_view key, std::string_view bytes, TempFile& temp) const;
  Status publish(const FolderPath& own, TempFile& temp, std::string_view key,
                 const Precondition& precondition);
  Status make_names_durable(const FolderPath& path, std::string_view folders);

  const std::string root_;
  std::once_flag swept_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> durable_folders_;  // guarded by mutex_
};

Status LocalStore::init() {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path existing = fs::absolute(root_, error);
  while (!fs::exists(existing, error) && existing.has_relative_path()) {
    existing = existing.parent_path();
  }
  fs::create_directories(root_, error);
  if (error) {
    return io_failure("create the store", root_, error.value());
  }
  for (fs::path made = fs::absolute(root_, error); made != existing; made = made.parent_path()) {
    FileDescriptor parent;
    int failure = open_root(made.parent_path().string(), parent);
    if (failure == 0) {
      failure = sync_to_disk(parent.get());
    }
    if (failure != 0) {
      return io_failure("create the store", made.string(), failure);
    }
  }
  ASSIGN_OR_RETURN(const FolderPath own, open_own_folder());
  sweep_temp_files(own.innermost());
  return {};
}

Result<FolderPath> LocalStore::open_own_folder() {
  auto own = FolderPath::open(root_, kOwnFolder, MissingFolders::kCreate);
  if (!own && own.error().code == ErrorCode::kNotFound) {
    own.error().remedy = "create the store with `github-stats init`, or correct --store";
  }
  return own;
}

Result<Version> LocalStore::put(std::string_view key, std::string_view bytes,
                                const Precondition& precondition) {
  RETURN_IF_ERROR(check_local_key(key));
  crash_point("local_store.put.before_write");
  ASSIGN_OR_RETURN(const FolderPath own, open_own_folder());
  std::call_once(swept_, [&] { sweep_temp_files(own.innermost()); });
  TempFile temp;
  if (const int error = temp.create(own.innermost())) {
    return io_failure("write", location(key), error);
  }
  RETURN_IF_ERROR(write_temp_file(key, bytes, temp));
  constexpr int kAttempts = 100;
  Status status;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    status = publish(own, temp, key, precondition);
    if (status) {
      return version_of(bytes);
    }
    if (status.error().code != ErrorCode::kNotFound) {
      break;
    }
  }
  return tl::unexpected(std::move(status).error());
}

Status LocalStore::write_temp_file(std::string_view key, std::string_view bytes,
                                   TempFile& temp) const {
  const size_t half = bytes.size() / 2;
  int error = write_all(temp.file(), bytes.substr(0, half));
  if (error == 0) {
    crash_point("local_store.put.half_written");
    error = write_all(temp.file(), bytes.substr(half));
  }
  if (error == 0) {
    error = sync_to_disk(temp.file());
  }
  if (error != 0) {
    return io_failure("write", location(key), error);
  }
  crash_point("local_store.put.before_rename");
  return {};
}

// Whether `precondition` allows a put onto `file` in `folder`; the key's lock is held.
Status check_precondition(int folder, const std::string& file, const std::string& shown,
                          const Precondition& precondition) {
  if (precondition.kind() == Precondition::Kind::kNone) {
    return {};
  }
  FileDescriptor current;
  std::string bytes;
  int error = open_at(folder, file, O_RDONLY, current);
  if (error == 0 && precondition.kind() == Precondition::Kind::kUnchanged) {
    error = read_all(current.get(), bytes);
  }
  if (error != 0 && error != ENOENT) {
    return io_failure("read", shown, error);
  }
  if (precondition.kind() == Precondition::Kind::kAbsent) {
    return error == ENOENT
               ? Status()
               : fail(ErrorCode::kAlreadyExists, fmt::format("'{}' exists already", shown));
  }
  if (error == ENOENT || version_of(bytes) != precondition.version()) {
    return fail(ErrorCode::kPreconditionFailed,
                fmt::format("'{}' was changed by someone else", shown));
  }
  return {};
}

// renameat; when the target must be absent, also towards programs that know nothing of our locks.
int rename_temp(const TempFile& temp, int from, int to, const std::string& file,
                const Precondition& precondition) {
  if (precondition.kind() == Precondition::Kind::kAbsent) {
    if (renameat2(from, temp.name().c_str(), to, file.c_str(), RENAME_NOREPLACE) == 0) {
      return 0;
    }
    if (errno != EINVAL && errno != ENOSYS) {  // those: this file system can't
      return errno;
    }
  }
  return renameat(from, temp.name().c_str(), to, file.c_str()) == 0 ? 0 : errno;
}

// Gives the temp file its name, if the precondition holds. not_found when a folder vanished under
// way, as a remove takes empty ones along.
Status LocalStore::publish(const FolderPath& own, TempFile& temp, std::string_view key,
                           const Precondition& precondition) {
  const auto [folders, file] = split_key(key);
  ASSIGN_OR_RETURN(const FolderPath path,
                   FolderPath::open(root_, folders, MissingFolders::kCreate));
  FileDescriptor lock;
  if (const int error = lock_key(own.innermost(), key, lock)) {
    return io_failure("lock", location(key), error);
  }
  RETURN_IF_ERROR(check_precondition(path.innermost(), file, location(key), precondition));
  if (const int error = rename_temp(temp, own.innermost(), path.innermost(), file, precondition)) {
    return io_failure("write", location(key), error);
  }
  temp.published();
  lock.close();
  crash_point("local_store.put.after_rename");
  return make_names_durable(path, folders);
}

// fsync of the object's folder; of all above it too, unless this store knows them to be durable.
Status LocalStore::make_names_durable(const FolderPath& path, std::string_view folders) {
  constexpr size_t kMostRemembered = 10'000;
  bool known = false;
  {
    const std::lock_guard guard(mutex_);
    known = !path.created() && durable_folders_.contains(folders);
  }
  if (const int error = known ? sync_to_disk(path.innermost()) : path.sync_all()) {
    return io_failure("write", location(folders), error);
  }
  if (!known) {
    const std::lock_guard guard(mutex_);
    if (durable_folders_.size() >= kMostRemembered) {
      durable_folders_.clear();
    }
    durable_folders_.emplace(folders);
  }
  return {};
}

Result<Object> LocalStore::get(std::string_view key) {
  RETURN_IF_ERROR(check_local_key(key));
  const auto [folders, file] = split_key(key);
  const auto path = FolderPath::open(root_, folders, MissingFolders::kFail);
  if (!path && path.error().code != ErrorCode::kNotFound) {
    return tl::unexpected(path.error());
  }
  FileDescriptor descriptor;
  Object object;
  int error = path ? open_at(path->innermost(), file, O_RDONLY, descriptor) : ENOENT;
  if (error == 0) {
    error = read_all(descriptor.get(), object.bytes);
  }
  if (error == ENOENT) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no '{}' in {}", key, name()));
  }
  if (error != 0) {
    return io_failure("read", location(key), error);
  }
  object.version = version_of(object.bytes);
  return object;
}

Status LocalStore::list(std::string_view prefix,
                        const std::function<bool(const ObjectInfo&)>& visit) {
  const size_t folders_length = prefix.rfind('/') + 1;  // npos + 1 is 0
  const std::string_view folders = prefix.substr(0, folders_length);
  if (!folders.empty() && !check_local_key(folders.substr(0, folders.size() - 1))) {
    return {};  // no key begins like that
  }
  const auto path = FolderPath::open(root_, folders, MissingFolders::kFail);
  if (!path) {
    return path.error().code == ErrorCode::kNotFound ? Status() : tl::unexpected(path.error());
  }
  auto walked =
      Walk(std::string(folders), visit).run(path->innermost(), prefix.substr(folders_length));
  if (!walked) {
    return fail_with_context(name(), std::move(walked).error());
  }
  return {};
}

Result<std::vector<std::string>> LocalStore::list_folders(std::string_view prefix) {
  if (!prefix.empty() && !prefix.ends_with('/')) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' does not end with '/'", printable(prefix)));
  }
  const std::string_view parent = prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1);
  std::vector<std::string> folders;
  if (!parent.empty() && !check_local_key(parent)) {
    return folders;
  }
  const auto path = FolderPath::open(root_, parent, MissingFolders::kFail);
  if (!path) {
    if (path.error().code == ErrorCode::kNotFound) {
      return folders;
    }
    return tl::unexpected(path.error());
  }
  std::vector<std::string> names;
  if (const int error = read_folder(path->innermost(), "", names)) {
    return io_failure("list the folder", location(prefix), error);
  }
  const std::function<bool(const ObjectInfo&)> stop_at_first = [](const ObjectInfo&) {
    return false;
  };
  Walk walk(std::string(prefix), stop_at_first);
  for (std::string& name : names) {
    if (!name.ends_with('/') || !check_key(std::string(prefix) + name + "x")) {
      continue;
    }
    auto empty = walk.enter(path->innermost(), name);
    if (!empty) {
      return fail_with_context(this->name(), std::move(empty).error());
    }
    if (!*empty) {
      name.pop_back();
      folders.push_back(std::move(name));
    }
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

Status LocalStore::remove(std::string_view key, const Precondition& precondition) {
  RETURN_IF_ERROR(check_local_key(key));
  RETURN_IF_ERROR(check_removal(precondition));
  const auto [folders, file] = split_key(key);
  const auto path = FolderPath::open(root_, folders, MissingFolders::kFail);
  if (!path) {
    return path.error().code == ErrorCode::kNotFound ? Status() : tl::unexpected(path.error());
  }
  ASSIGN_OR_RETURN(const FolderPath own, open_own_folder());
  FileDescriptor lock;
  if (const int error = lock_key(own.innermost(), key, lock)) {
    return io_failure("lock", location(key), error);
  }
  if (precondition.kind() == Precondition::Kind::kUnchanged) {
    FileDescriptor current;
    if (open_at(path->innermost(), file, O_RDONLY, current) == ENOENT) {
      return {};
    }
    RETURN_IF_ERROR(check_precondition(path->innermost(), file, location(key), precondition));
  }
  if (unlinkat(path->innermost(), file.c_str(), 0) != 0) {
    if (errno == ENOENT || errno == EISDIR) {  // a folder is no object
      return {};
    }
    return io_failure("remove", location(key), errno);
  }
  if (const int error = sync_to_disk(path->innermost())) {
    return io_failure("remove", location(key), error);
  }
  path->remove_empty();
  return {};
}

}  // namespace

std::unique_ptr<ObjectStore> make_local_store(const std::filesystem::path& root) {
  return std::make_unique<LocalStore>(root);
}

}  // namespace github_stats
