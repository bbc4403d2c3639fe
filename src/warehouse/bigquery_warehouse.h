// The warehouse in BigQuery.
//
// What this program keeps is in one dataset: the six tables, the views, the bookkeeping, and
// passing tables (`_staging_…`) that a load removes, or BigQuery after a day.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "google/google_api.h"
#include "warehouse/bigquery_client.h"
#include "warehouse/bigquery_query.h"
#include "warehouse/warehouse.h"

namespace github_stats {

class BigQueryWarehouse : public Warehouse {
 public:
  // Asks nothing yet. Once `stop` is requested, waiting for BigQuery ends with cancelled.
  BigQueryWarehouse(std::shared_ptr<GoogleApi> api, Clock& clock, bigquery::Options options,
                    std::stop_token stop)
      : client_(std::move(api), clock, std::move(options), std::move(stop)) {}

  std::string name() const override;
  // Creates the dataset, too.
  Status init() override;
  Result<LoadedChunks> loaded_chunks(std::string_view org) override;
  // "gs://…" and paths.
  bool reads(std::string_view location) const override;
  Result<StreamCounts> load(const LoadBatch& batch) override;
  Status set_metrics_rules(const MetricsRules& rules) override;
  Result<MetricsUpdate> update_metrics(MetricsScope scope) override;
  Result<StreamCounts> counts(std::string_view org) override;
  // GoogleSQL; the dataset's tables by their names. Sealed, only what BigQuery takes for a SELECT.
  Result<QueryResult> query(std::string_view sql) override;
  Status for_each_row(std::string_view sql,
                      const std::function<void(const QueryRow&)>& on_row) override;
  Result<std::optional<int64_t>> bytes_to_read(std::string_view sql) override;

 private:
  // What the statement would come to. Sealed, only a SELECT.
  Result<bigquery::DryRun> look_at(std::string_view sql);
  // Whether the statement may be run: asks BigQuery only when sealed.
  Status check(std::string_view sql);

  bigquery::Client client_;
};

}  // namespace github_stats
