// The store and the warehouse that the settings name.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"
#include "store/object_store.h"
#include "warehouse/warehouse.h"

namespace github_stats {

// Fails with invalid_argument when the settings ask for something that this version does not do:
// better said than passed over.
Status check_supported(const Settings& settings);

// These open, and touch nothing that is there. Once `stop` is requested, the store no longer waits
// long for a server in trouble.
Result<std::unique_ptr<ObjectStore>> open_store(const Settings& settings,
                                                std::stop_token stop = {});
Result<std::unique_ptr<Warehouse>> open_warehouse(const Settings& settings);

// The organisation's name as the store has it, whatever letter case was typed; as typed when the
// store has nothing of it.
Result<std::string> stored_organisation(ObjectStore& store, std::string_view typed);

}  // namespace github_stats
