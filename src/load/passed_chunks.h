// Removing chunks that have passed through a store: of one that keeps them only until the warehouse
// has their rows (PERSIST_TO_GCS=false).
#pragma once

#include <string>

#include "base/result.h"
#include "collect/removal.h"
#include "load/loader.h"
#include "store/object_store.h"
#include "warehouse/warehouse.h"

namespace github_stats {

// Removes the organisation's chunks that the warehouse has recorded as loaded, of collections that
// are complete: their checkpoints say that nothing is left for `resume`. What `report` tells could
// not be loaded keeps all chunks of its collection. Checkpoints and watermarks stay, and so do
// chunks of collections without a checkpoint, which did not come from here.
//
// Pull requests go before their details (see Removal). A call that ends early is made up for by
// the next one: what is removed was loaded, and is not missed.
Status remove_passed_chunks(ObjectStore& store, Warehouse& warehouse, const std::string& org,
                            const LoadReport& report, Removal& removal);

}  // namespace github_stats
