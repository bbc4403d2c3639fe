#include "cli/environment.h"

#include <fmt/format.h>
#include <strings.h>

#include "cli/google_connection.h"
#include "store/gcs_store.h"
#include "store/local_store.h"
#include "warehouse/bigquery_export.h"
#include "warehouse/bigquery_warehouse.h"
#include "warehouse/duckdb_export.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats {
namespace {

Result<std::unique_ptr<BigQueryWarehouse>> open_bigquery(const Settings& settings, bool sealed,
                                                         std::stop_token stop) {
  ASSIGN_OR_RETURN(auto api,
                   connect_to_google(settings, settings.bigquery_emulator_url.has_value(), stop));
  const auto& place = std::get<BigQueryDataset>(settings.warehouse);
  return std::make_unique<BigQueryWarehouse>(
      std::move(api), system_clock(), dataset_options(settings, place, sealed), std::move(stop));
}

}  // namespace

GcsOptions bucket_options(const Settings& settings, const BucketStore& bucket) {
  GcsOptions options{.bucket = bucket.bucket,
                     .prefix = bucket.prefix,
                     .location = settings.google_location,
                     .project = settings.google_project};
  if (settings.storage_emulator_url) {
    options.base_url = *settings.storage_emulator_url;
    options.project = options.project.value_or("emulator");
  }
  return options;
}

bigquery::Options dataset_options(const Settings& settings, const BigQueryDataset& place,
                                  bool sealed) {
  bigquery::Options options{.project = place.project,
                            .dataset = place.dataset,
                            .location = settings.google_location,
                            .max_bytes_billed = settings.bigquery_max_bytes_billed,
                            .sealed = sealed};
  if (settings.bigquery_emulator_url) {
    options.base_url = *settings.bigquery_emulator_url;
  }
  return options;
}

Result<std::unique_ptr<ObjectStore>> open_store(const Settings& settings, std::stop_token stop) {
  if (const auto* directory = std::get_if<DirectoryStore>(&settings.store)) {
    return make_local_store(directory->directory);
  }
  ASSIGN_OR_RETURN(auto api, connect_to_google(settings, settings.storage_emulator_url.has_value(),
                                               std::move(stop)));
  return make_gcs_store(std::move(api),
                        bucket_options(settings, std::get<BucketStore>(settings.store)));
}

Result<std::unique_ptr<Warehouse>> open_warehouse(const Settings& settings, std::stop_token stop) {
  if (const auto* file = std::get_if<DuckDbFile>(&settings.warehouse)) {
    return DuckDbWarehouse::open(file->file);
  }
  return open_bigquery(settings, /*sealed=*/false, std::move(stop));
}

Result<std::unique_ptr<Warehouse>> open_warehouse_to_query(const Settings& settings) {
  if (const auto* file = std::get_if<DuckDbFile>(&settings.warehouse)) {
    return DuckDbWarehouse::open_sealed(file->file);
  }
  return open_bigquery(settings, /*sealed=*/true, {});
}

Result<std::unique_ptr<TableExport>> open_warehouse_to_export(const Settings& settings) {
  if (const auto* file = std::get_if<DuckDbFile>(&settings.warehouse)) {
    return DuckDbExport::open(file->file);
  }
  ASSIGN_OR_RETURN(auto warehouse, open_bigquery(settings, /*sealed=*/true, {}));
  return BigQueryExport::open(std::move(warehouse));
}

Dialect dialect_of(const Settings& settings) {
  const auto* place = std::get_if<BigQueryDataset>(&settings.warehouse);
  return place == nullptr ? Dialect::duckdb() : Dialect::bigquery(place->project, place->dataset);
}

Status check_whole_warehouse(const Settings& settings, std::string_view command) {
  if (settings.repositories.empty() && settings.excluded_repositories.empty()) {
    return {};
  }
  return fail(
      ErrorCode::kInvalidArgument,
      fmt::format("{} knows no --repo and no --exclude-repo: it is about the whole warehouse",
                  command),
      "choose repositories in SQL: github-stats query \"… WHERE repo = 'web'\"");
}

Result<std::string> stored_organisation(ObjectStore& store, std::string_view typed) {
  ASSIGN_OR_RETURN(const auto folders, store.list_folders(""));
  for (const std::string& folder : folders) {
    if (folder.size() == typed.size() &&
        strncasecmp(folder.data(), typed.data(), typed.size()) == 0) {
      return folder;
    }
  }
  return std::string(typed);
}

}  // namespace github_stats
