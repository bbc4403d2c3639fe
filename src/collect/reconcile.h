// Bringing a repository's chunks and its checkpoint together before a collection goes on.
#pragma once

#include "base/result.h"
#include "collect/checkpoint.h"
#include "collect/checkpoint_keeper.h"
#include "store/object_store.h"

namespace github_stats {

// A run that died can have written chunks that its checkpoint does not tell of: they are removed,
// so that their numbers are free. A repository whose chunks are not all there any more (somebody
// wiped them) begins anew: `progress` becomes that of a pending repository.
//
// Fails with precondition_failed, and removes nothing that another process has written or relies
// on, when that has taken up the collection meanwhile (docs/adr/0008): what is going to be removed
// is looked at first, `keeper` then verifies that the collection is still ours, and what has
// changed since stays. `checkpoint` is the keeper's, as it was when the run began.
Status reconcile_chunks(ObjectStore& store, CheckpointKeeper& keeper, const Checkpoint& checkpoint,
                        RepositoryProgress& progress);

// Whether every chunk that the checkpoint tells of for this repository is there.
Result<bool> has_all_chunks(ObjectStore& store, const Checkpoint& checkpoint,
                            const RepositoryProgress& progress);

}  // namespace github_stats
