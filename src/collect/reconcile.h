// Bringing a repository's chunks and its checkpoint together before a collection goes on.
#pragma once

#include "base/result.h"
#include "collect/checkpoint.h"
#include "store/object_store.h"

namespace github_stats {

// A run that died can have written chunks that its checkpoint does not tell of: they are removed,
// so that their numbers are free. A repository whose chunks are not all there any more (somebody
// wiped them) begins anew: `progress` becomes that of a pending repository.
Status reconcile_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                        RepositoryProgress& progress);

// Whether every chunk that the checkpoint tells of for this repository is there.
Result<bool> has_all_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                            const RepositoryProgress& progress);

}  // namespace github_stats
