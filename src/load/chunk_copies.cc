#include "load/chunk_copies.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <utility>

#include "collect/parallel.h"
#include "store/file_io.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr std::string_view kGzipBegins = "\x1f\x8b";  // and no JSON does

// "17.json" or "17.json.gz": what copy_one calls them.
bool is_copy(std::string_view name) {
  const size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string_view rest = name.substr(digits);
  return digits > 0 && (rest == ".json" || rest == ".json.gz");
}

bool concerns_the_chunk(const Error& error) {
  return error.code == ErrorCode::kNotFound || error.code == ErrorCode::kDataLoss;
}

}  // namespace

ChunkCopies::ChunkCopies(ObjectStore& store, fs::path folder, size_t workers)
    : store_(store), folder_(std::move(folder)), workers_(workers) {
  clear();
}

Result<std::vector<FailedCopy>> ChunkCopies::copy(const Warehouse& warehouse,
                                                  std::vector<ChunkToLoad>& chunks) {
  std::vector<size_t> to_copy;
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (!warehouse.reads(chunks[i].location)) {
      to_copy.push_back(i);
    }
  }
  std::vector<FailedCopy> failed;
  if (to_copy.empty()) {
    return failed;
  }
  RETURN_IF_ERROR(prepare_folder());
  std::mutex mutex;
  RETURN_IF_ERROR(in_parallel(to_copy.size(), workers_, {}, [&](size_t number) -> Status {
    ChunkToLoad& chunk = chunks[to_copy[number]];
    auto copied = copy_one(number, chunk.key);
    if (copied) {
      chunk.location = *std::move(copied);
      return {};
    }
    if (!concerns_the_chunk(copied.error())) {
      return tl::unexpected<Error>(std::move(copied).error());
    }
    const std::lock_guard lock(mutex);
    failed.push_back({to_copy[number], std::move(copied).error()});
    return {};
  }));
  return failed;
}

Status ChunkCopies::prepare_folder() {
  if (folder_.empty()) {
    return fail(ErrorCode::kInternal, "there is no folder to copy chunks into");
  }
  if (mkdir(folder_.c_str(), kOwnerOnly | S_IXUSR) != 0) {
    const int error = errno;
    if (error == EEXIST) {
      return fail(ErrorCode::kPreconditionFailed,
                  fmt::format("'{}' is in the way: chunks are copied into a folder of that name",
                              folder_.string()),
                  "move it elsewhere");
    }
    return io_failure("create the folder", folder_.string(), error);
  }
  return {};
}

Result<std::string> ChunkCopies::copy_one(size_t number, std::string_view key) {
  ASSIGN_OR_RETURN(const Object object, store_.get(key));
  // By what was read, whatever the key says: a store may unpack what it gives out.
  const bool compressed = object.bytes.starts_with(kGzipBegins);
  const fs::path path = folder_ / fmt::format("{}.json{}", number, compressed ? ".gz" : "");
  const FileDescriptor file(
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kOwnerOnly));
  if (!file.is_open()) {
    return io_failure("create", path.string(), errno);
  }
  if (const int error = write_all(file.get(), object.bytes)) {
    return io_failure("write", path.string(), error);
  }
  return path.string();
}

void ChunkCopies::clear() {
  std::error_code ignored;
  if (folder_.empty() || fs::is_symlink(folder_, ignored)) {
    return;
  }
  for (fs::directory_iterator entry(folder_, ignored), end; entry != end;
       entry.increment(ignored)) {
    if (is_copy(entry->path().filename().string())) {
      fs::remove(entry->path(), ignored);
    }
  }
  fs::remove(folder_, ignored);  // unless something else is in it
}

}  // namespace github_stats
