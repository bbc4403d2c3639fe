#include "store/object_store.h"

namespace github_stats {

Status check_removal(const Precondition& precondition) {
  return precondition.kind() == Precondition::Kind::kAbsent
             ? fail(ErrorCode::kInvalidArgument, "what is absent can't be removed")
             : Status();
}

}  // namespace github_stats
