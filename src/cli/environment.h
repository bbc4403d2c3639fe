// The store and the warehouse that the settings name.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/settings.h"
#include "store/gcs_bucket.h"
#include "store/object_store.h"
#include "warehouse/bigquery_client.h"
#include "warehouse/dialect.h"
#include "warehouse/table_export.h"
#include "warehouse/warehouse.h"

namespace github_stats {

// These open, and touch nothing that is there. Once `stop` is requested, neither waits long for a
// server any more.
Result<std::unique_ptr<ObjectStore>> open_store(const Settings& settings,
                                                std::stop_token stop = {});
Result<std::unique_ptr<Warehouse>> open_warehouse(const Settings& settings,
                                                  std::stop_token stop = {});

// The same for reading only what is there; a warehouse that is missing is not_found. No statement
// can change anything through the first.
Result<std::unique_ptr<Warehouse>> open_warehouse_to_query(const Settings& settings);
Result<std::unique_ptr<TableExport>> open_warehouse_to_export(const Settings& settings);

// Where those are when they are Google's.
GcsOptions bucket_options(const Settings& settings, const BucketStore& bucket);
bigquery::Options dataset_options(const Settings& settings, const BigQueryDataset& place,
                                  bool sealed);

// The SQL that the settings' warehouse speaks.
Dialect dialect_of(const Settings& settings);

// Fails with invalid_argument when settings choose repositories, which `command` does not heed: it
// is about all that a warehouse holds.
Status check_whole_warehouse(const Settings& settings, std::string_view command);

// The organisation's name as the store has it, whatever letter case was typed; as typed when the
// store has nothing of it.
Result<std::string> stored_organisation(ObjectStore& store, std::string_view typed);

}  // namespace github_stats
