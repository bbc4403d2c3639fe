#include "store/object_store.h"

#include <fmt/format.h>

namespace github_stats {

Status ObjectStore::set_retention(int64_t days) {
  return days == 0 ? Status()
                   : fail(ErrorCode::kInvalidArgument,
                          fmt::format("{} does not remove old objects by itself", name()),
                          "run `github-stats wipe-gcs --older-than DAYS --confirm` now and then");
}

Status check_removal(const Precondition& precondition) {
  return precondition.kind() == Precondition::Kind::kAbsent
             ? fail(ErrorCode::kInvalidArgument, "what is absent can't be removed")
             : Status();
}

}  // namespace github_stats
