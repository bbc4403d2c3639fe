#include "collect/removal.h"

#include <utility>

#include "base/crash_point.h"
#include "collect/parallel.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr size_t kPage = 1'000;
constexpr int64_t kRemovedBetweenReports = 100;

}  // namespace

Status Removal::below(std::string_view prefix, const Wanted& wanted) {
  std::vector<ObjectInfo> page;
  Status status;
  RETURN_IF_ERROR(store_.list(prefix, [&](const ObjectInfo& object) {
    if (wanted(object)) {
      page.push_back(object);
    }
    if (page.size() >= kPage) {
      status = remove_page(page);
    } else if (stop_.stop_requested()) {
      status = fail(ErrorCode::kCancelled, "told to stop");
    }
    return status.has_value();
  }));
  RETURN_IF_ERROR(status);
  return remove_page(page);
}

Status Removal::remove_page(std::vector<ObjectInfo>& page) {
  const std::vector<ObjectInfo> objects = std::exchange(page, {});
  Status status = in_parallel(objects.size(), workers_, stop_, [&](size_t number) -> Status {
    RETURN_IF_ERROR(store_.remove(objects[number].key));
    crash_point("collect.removal.after");
    bytes_ += objects[number].size;
    if (const int64_t gone = ++objects_; gone % kRemovedBetweenReports == 0) {
      observe_(gone);
    }
    return {};
  });
  if (!objects.empty()) {
    observe_(objects_);
  }
  return status;
}

Status Removal::pull_requests_first(std::string_view repository_prefix, const Wanted& wanted) {
  const std::string prefix(repository_prefix);
  RETURN_IF_ERROR(below(prefix + std::string(to_string(Stream::kPullRequests)) + "/", wanted));
  return below(prefix, wanted);
}

Status Removal::chunks(std::string_view org, std::string_view repo,
                       const std::function<bool(const ChunkKey&)>& wanted) {
  return pull_requests_first(repository_prefix(org, repo), [&](const ObjectInfo& object) {
    const auto key = parse_chunk_key(object.key);
    return key && wanted(*key);
  });
}

Status Removal::repository(std::string_view org, std::string_view repo, const ChunkFilter& filter) {
  const std::string prefix = repository_prefix(org, repo);
  // A repository may be called as the checkpoints' folder is: it has no strangers.
  const bool takes_strangers =
      !filter.is_of_some_collections() && prefix != checkpoints_prefix(org);
  return pull_requests_first(prefix, [&](const ObjectInfo& object) {
    const auto key = parse_chunk_key(object.key);
    return key ? filter.wants(*key) : takes_strangers;
  });
}

Status Removal::checkpoints(std::string_view org, const ChunkFilter& filter) {
  return below(checkpoints_prefix(org), [&](const ObjectInfo& object) {
    const auto id = parse_checkpoint_key(object.key);
    return id && filter.wants_collection(*id);
  });
}

Status Removal::organisation(std::string_view org) {
  ASSIGN_OR_RETURN(const auto folders, store_.list_folders(organisation_prefix(org)));
  for (const std::string& folder : folders) {
    RETURN_IF_ERROR(repository(org, folder, {}));
  }
  // The lease is its holder's, who removes it at the end.
  return below(organisation_prefix(org),
               [&](const ObjectInfo& object) { return object.key != lease_key(org); });
}

}  // namespace github_stats
