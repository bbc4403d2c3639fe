// One batch into BigQuery: see Warehouse::load for the contract, bigquery_sql.h for the statements.
//
// Chunks in a bucket are read by BigQuery itself; files of this machine are sent to it. Either way
// a stream's rows come into a table of the load's own by one load job (two where some chunks are
// compressed and some are not, which BigQuery does not mix), and all of them into the tables by one
// script. The jobs' ids and those tables' names are derived from the chunks and the load's time, so
// that repeating a step does it once.
#pragma once

#include <string_view>

#include "base/result.h"
#include "warehouse/bigquery_client.h"
#include "warehouse/warehouse.h"

namespace github_stats::bigquery {

// Objects in Cloud Storage and files.
bool reads(std::string_view location);

Result<StreamCounts> load_batch(Client& client, const LoadBatch& batch);

}  // namespace github_stats::bigquery
