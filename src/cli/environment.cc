#include "cli/environment.h"

#include <strings.h>

#include "store/local_store.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats {

Status check_supported(const Settings& settings) {
  if (!settings.persist_to_store) {
    return fail(ErrorCode::kInvalidArgument,
                "this version always keeps chunks: PERSIST_TO_GCS can't be false",
                "unset PERSIST_TO_GCS");
  }
  return {};
}

Result<std::unique_ptr<ObjectStore>> open_store(const Settings& settings) {
  if (const auto* directory = std::get_if<DirectoryStore>(&settings.store)) {
    return make_local_store(directory->directory);
  }
  return fail(ErrorCode::kInvalidArgument,
              "this version keeps chunks in directories only, not in " + to_string(settings.store),
              "use --store file:DIR");
}

Result<std::unique_ptr<Warehouse>> open_warehouse(const Settings& settings) {
  if (const auto* file = std::get_if<DuckDbFile>(&settings.warehouse)) {
    return DuckDbWarehouse::open(file->file);
  }
  return fail(
      ErrorCode::kInvalidArgument,
      "this version loads into DuckDB files only, not into " + to_string(settings.warehouse),
      "use --warehouse duckdb:FILE");
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
