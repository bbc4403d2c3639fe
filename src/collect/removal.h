// Removing many objects: while they are listed, a page at a time, several at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "collect/chunk_filter.h"
#include "store/object_store.h"

namespace github_stats {

class Removal {
 public:
  using Wanted = std::function<bool(const ObjectInfo&)>;

  // At most `workers` objects are removed at once. `observe` is called now and then, by any of
  // their threads, with how many are gone.
  Removal(ObjectStore& store, size_t workers, std::function<void(int64_t)> observe,
          std::stop_token stop)
      : store_(store), workers_(workers), observe_(std::move(observe)), stop_(std::move(stop)) {}

  // Each removes what is there now, in bounded memory. The first failure ends it; cancelled when
  // `stop` is requested before the end. What is removed then stays removed, and the same call takes
  // the rest.

  // Objects below `prefix` that are wanted.
  Status below(std::string_view prefix, const Wanted& wanted);

  // A repository's chunks that are wanted.
  // Pull requests go first: without them their details are ignored by a load, while the other way
  // round a load after half a removal would take the details away in the warehouse, too.
  Status chunks(std::string_view org, std::string_view repo,
                const std::function<bool(const ChunkKey&)>& wanted);

  // A repository's chunks that the filter wants; when it wants all, whatever else is in its folder.
  // Pull requests go first.
  Status repository(std::string_view org, std::string_view repo, const ChunkFilter& filter);

  // Checkpoints of collections that the filter wants. Their chunks must be gone: those without a
  // checkpoint count as explained.
  Status checkpoints(std::string_view org, const ChunkFilter& filter);

  // All of an organisation's repositories, then its checkpoints and whatever else there is.
  Status organisation(std::string_view org);

  int64_t objects() const { return objects_; }
  int64_t bytes() const { return bytes_; }

 private:
  Status pull_requests_first(std::string_view repository_prefix, const Wanted& wanted);
  Status remove_page(std::vector<ObjectInfo>& page);

  ObjectStore& store_;
  const size_t workers_;
  const std::function<void(int64_t)> observe_;
  const std::stop_token stop_;
  std::atomic<int64_t> objects_ = 0;
  std::atomic<int64_t> bytes_ = 0;
};

}  // namespace github_stats
