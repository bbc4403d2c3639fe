#include "doctor/warehouse_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <variant>

#include "doctor/dataset_checks.h"
#include "doctor/disk.h"
#include "warehouse/duckdb_warehouse.h"

namespace github_stats::doctor {
namespace {

const Check kWarehouse{"warehouse", "warehouse"};
const Check kTables{"warehouse.tables", "warehouse: tables"};
const Check kSpace{"warehouse.space", "warehouse: space"};

void check_file(const std::string& file, const Tell& tell) {
  // Read-only: it makes no file, and stands beside others who read.
  auto warehouse = DuckDbWarehouse::open_sealed(file);
  if (!warehouse && warehouse.error().code == ErrorCode::kNotFound) {
    tell(judge_place(kWarehouse, file, "the warehouse"));
  } else if (!warehouse) {
    tell(kWarehouse.failed(warehouse.error()));
  } else {
    tell(kWarehouse.ok((*warehouse)->name()));
  }
  std::error_code ignored;
  tell(check_space(kSpace, std::filesystem::absolute(file, ignored).parent_path()));
  if (!warehouse) {
    tell(kTables.skipped("the warehouse can't be opened"));
    return;
  }
  const auto missing = (*warehouse)->missing_parts();
  tell(missing ? judge_missing_parts(kTables, *missing) : kTables.failed(missing.error()));
}

}  // namespace

Finding judge_missing_parts(const Check& check, const std::vector<std::string>& missing) {
  constexpr size_t kShown = 3;
  if (missing.empty()) {
    return check.ok("as this version makes them");
  }
  const auto shown = std::span(missing).first(std::min(missing.size(), kShown));
  const std::string more = missing.size() > kShown
                               ? fmt::format(" and {} more", missing.size() - kShown)
                               : std::string();
  return check.warning(fmt::format("missing: {}{}", fmt::join(shown, ", "), more),
                       "run `github-stats init`, which adds what is missing and keeps the rest");
}

void check_warehouse(const Parts& parts, GoogleAccess& google, const Tell& tell) {
  if (const auto* file = std::get_if<DuckDbFile>(&parts.settings.warehouse)) {
    check_file(file->file, tell);
  } else {
    check_dataset(parts, google, tell);
  }
}

}  // namespace github_stats::doctor
