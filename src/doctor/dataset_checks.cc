#include "doctor/dataset_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "doctor/permission_judgement.h"
#include "doctor/warehouse_checks.h"
#include "schema/schema.h"
#include "warehouse/bigquery_access.h"
#include "warehouse/bigquery_query.h"
#include "warehouse/bigquery_tables.h"
#include "warehouse/names.h"

namespace github_stats::doctor {
namespace {

const Check kWarehouse{"warehouse", "warehouse"};
const Check kTables{"warehouse.tables", "warehouse: tables"};
const Check kProject{"warehouse.project", "warehouse: project"};
constexpr std::string_view kPermission = "warehouse.permission";
constexpr WantedPermission kJobs{"bigquery.jobs.create", "loading and querying"};

constexpr std::array kOnTables = {
    WantedPermission{"bigquery.tables.get", "looking at tables"},
    WantedPermission{"bigquery.tables.getData", "queries, metrics and reports"},
    WantedPermission{"bigquery.tables.updateData", "loading"},
    WantedPermission{"bigquery.tables.update", "`init` after an update of this program", false},
};

class DatasetChecks {
 public:
  DatasetChecks(const Parts& parts, std::shared_ptr<GoogleApi> api, const Tell& tell)
      : is_emulator_(parts.settings.bigquery_emulator_url.has_value()),
        client_(std::move(api), parts.clock, parts.dataset, {}),
        tell_(tell) {}

  void run() {
    const auto location = bigquery::dataset_location(client_);
    if (!location && location.error().code != ErrorCode::kPermissionDenied) {
      tell_(kWarehouse.failed(location.error()));
      tell_(kProject.skipped("BigQuery can't be asked"));
      tell_(kTables.skipped("BigQuery can't be asked"));
      return;
    }
    const bool is_there = location && location->has_value();
    tell_(location ? judge_location(*location) : kWarehouse.failed(location.error()));
    check_project(is_there);
    if (!is_there) {
      tell_(kTables.skipped("no dataset is seen"));
      return;
    }
    check_tables();
  }

 private:
  std::string name() const {
    return fmt::format("bigquery:{}.{}", client_.options().project, client_.options().dataset);
  }

  Finding judge_location(const std::optional<std::string>& location) const {
    if (!location) {
      return kWarehouse.warning(fmt::format("there is no dataset {} yet", name()),
                                "create it with `github-stats init`");
    }
    const std::string detail = fmt::format("{} in {}", name(), *location);
    return same_name(*location, client_.options().location)
               ? kWarehouse.ok(detail)
               : kWarehouse.failed(fmt::format("{}, not in {}", detail, client_.options().location),
                                   fmt::format("set BIGQUERY_LOCATION={}, or use another dataset "
                                               "(BIGQUERY_DATASET_ID)",
                                               *location));
  }

  // An emulator has no Resource Manager, and where that API is not enabled nothing can be asked of
  // it: a statement that is only looked at tells whether jobs may be run.
  void check_project(bool dataset_is_there) {
    const std::array wanted = {
        kJobs,
        WantedPermission{"bigquery.datasets.create", "creating the dataset", !dataset_is_there},
        // These two may be granted on the dataset as well.
        WantedPermission{"bigquery.tables.create", "creating tables, also at each load",
                         !dataset_is_there},
        WantedPermission{"bigquery.tables.delete", "removing the tables of a load",
                         !dataset_is_there},
    };
    const auto granted = is_emulator_ ? fail(ErrorCode::kUnavailable, "an emulator")
                                      : bigquery::granted_on_project(client_, names_of(wanted));
    if (!granted) {
      check_jobs();
      return;
    }
    // With a dataset there is nothing to create.
    const auto asked = std::span(wanted);
    for (const WantedPermission& permission : asked) {
      if (dataset_is_there && permission.name == "bigquery.datasets.create") {
        continue;
      }
      judge_granted(kPermission, std::span(&permission, 1), *granted, project(), remedy(), tell_);
    }
  }

  void check_jobs() {
    const auto run = bigquery::dry_run(client_, "SELECT 1");
    const Check check{fmt::format("{}.{}", kPermission, kJobs.name), std::string(kJobs.name)};
    tell_(run ? check.ok(fmt::format("granted in {}", project())) : check.failed(run.error()));
  }

  void check_tables() {
    std::vector<std::string> missing;
    std::vector<TablePermissions> permissions;
    std::optional<Error> failure;
    for (const Table* table : all_tables()) {
      const auto parts = bigquery::missing_parts(client_, *table);
      if (!parts) {
        tell_(kTables.failed(parts.error()));
        failure = parts.error();
        break;
      }
      missing.insert(missing.end(), parts->begin(), parts->end());
      const bool is_there = parts->size() != 1 || !parts->front().starts_with("table ");
      if (is_there) {
        permissions.push_back({table->name, {}});
      }
    }
    if (!failure) {
      check_views(std::move(missing));
    }
    check_table_permissions(std::move(permissions));
  }

  void check_views(std::vector<std::string> missing) {
    for (const View& view : views()) {
      const auto is_there = bigquery::is_there(client_, view.name);
      if (!is_there) {
        tell_(kTables.failed(is_there.error()));
        return;
      }
      if (!*is_there) {
        missing.push_back(fmt::format("view {}", view.name));
      }
    }
    tell_(judge_missing_parts(kTables, missing));
  }

  void check_table_permissions(std::vector<TablePermissions> tables) {
    if (tables.empty()) {
      return;  // there is nothing to be granted on
    }
    const std::vector<std::string_view> wanted = names_of(kOnTables);
    for (TablePermissions& table : tables) {
      auto granted = bigquery::granted_on_table(client_, table.table, wanted);
      if (!granted) {
        tell_(Check{std::string(kPermission), "warehouse: permissions"}.warning(
            granted.error().message, "see whether loading works"));
        return;
      }
      table.granted = *std::move(granted);
    }
    judge_granted_on_tables(kPermission, kOnTables, tables, remedy(), tell_);
  }

  static std::vector<const Table*> all_tables() {
    std::vector<const Table*> all;
    for (const Table& table : tables()) {
      all.push_back(&table);
    }
    all.push_back(&loads_table());
    for (const Table& table : metrics_bookkeeping()) {
      all.push_back(&table);
    }
    return all;
  }

  std::string project() const { return "project " + client_.options().project; }

  std::function<std::string(std::string_view)> remedy() const {
    return [this](std::string_view permission) { return client_.remedy_for(permission); };
  }

  const bool is_emulator_;
  bigquery::Client client_;
  const Tell& tell_;
};

}  // namespace

void check_dataset(const Parts& parts, GoogleAccess& google, const Tell& tell) {
  auto api = google.get(parts.settings.bigquery_emulator_url.has_value());
  if (api == nullptr) {
    for (const Check& check : {kWarehouse, kProject, kTables}) {
      tell(check.skipped("nobody is signed in to Google Cloud"));
    }
    return;
  }
  DatasetChecks(parts, std::move(api), tell).run();
}

}  // namespace github_stats::doctor
