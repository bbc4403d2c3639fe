#include "load/passed_chunks.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "collect/checkpoint_reader.h"
#include "store/keys.h"

namespace github_stats {
namespace {

// Which collections need their chunks no more.
class PassedCollections {
 public:
  PassedCollections(ObjectStore& store, const std::string& org, const LoadReport& report)
      : store_(store), org_(org), report_(report) {}

  Result<bool> contain(const std::string& id) {
    const auto known = passed_.find(id);
    if (known != passed_.end()) {
      return known->second;
    }
    ASSIGN_OR_RETURN(const bool passed, look_at(id));
    return passed_[id] = passed;
  }

 private:
  Result<bool> look_at(const std::string& id) const {
    if (std::ranges::find(report_.failed, id, &FailedLoad::collection_id) != report_.failed.end()) {
      return false;
    }
    const auto stored = read_checkpoint(store_, org_, id);
    if (stored) {
      return stored->checkpoint.finished;
    }
    const ErrorCode code = stored.error().code;
    const bool is_unknown = code == ErrorCode::kNotFound || code == ErrorCode::kDataLoss ||
                            code == ErrorCode::kInvalidArgument;
    return is_unknown ? Result<bool>(false) : tl::unexpected<Error>(stored.error());
  }

  ObjectStore& store_;
  const std::string& org_;
  const LoadReport& report_;
  std::map<std::string, bool, std::less<>> passed_;
};

}  // namespace

Status remove_passed_chunks(ObjectStore& store, Warehouse& warehouse, const std::string& org,
                            const LoadReport& report, Removal& removal) {
  ASSIGN_OR_RETURN(const LoadedChunks loaded, warehouse.loaded_chunks(org));
  ASSIGN_OR_RETURN(const auto folders, store.list_folders(organisation_prefix(org)));
  PassedCollections passed(store, org, report);
  for (const std::string& repo : folders) {
    Status looked;
    RETURN_IF_ERROR(removal.chunks(org, repo, [&](const ChunkKey& key) {
      if (!looked || !loaded.contains(key.repo, key.collection_id, key.stream, key.number)) {
        return false;
      }
      const auto is_passed = passed.contain(key.collection_id);
      if (!is_passed) {
        looked = tl::unexpected<Error>(is_passed.error());
      }
      return is_passed.value_or(false);
    }));
    RETURN_IF_ERROR(looked);
  }
  return {};
}

}  // namespace github_stats
