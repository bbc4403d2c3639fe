#include "doctor/permission_judgement.h"

#include <fmt/format.h>

#include <algorithm>

namespace github_stats::doctor {
namespace {

bool has(std::span<const std::string> granted, std::string_view permission) {
  return std::ranges::find(granted, permission) != granted.end();
}

Finding missing(const Check& check, const WantedPermission& wanted, std::string_view place,
                std::string remedy) {
  std::string detail = fmt::format("not granted on {}; it is for: {}", place, wanted.use);
  return wanted.is_needed ? check.failed(std::move(detail), std::move(remedy))
                          : check.warning(std::move(detail), std::move(remedy));
}

Check check_of(std::string_view id, const WantedPermission& wanted) {
  return {fmt::format("{}.{}", id, wanted.name), std::string(wanted.name)};
}

}  // namespace

std::vector<std::string_view> names_of(std::span<const WantedPermission> wanted) {
  std::vector<std::string_view> names(wanted.size());
  std::ranges::transform(wanted, names.begin(), &WantedPermission::name);
  return names;
}

void judge_granted(std::string_view id, std::span<const WantedPermission> wanted,
                   std::span<const std::string> granted, std::string_view place,
                   const std::function<std::string(std::string_view permission)>& remedy_for,
                   const Tell& tell) {
  for (const WantedPermission& permission : wanted) {
    const Check check = check_of(id, permission);
    tell(has(granted, permission.name)
             ? check.ok(fmt::format("granted on {}", place))
             : missing(check, permission, place, remedy_for(permission.name)));
  }
}

void judge_granted_on_tables(
    std::string_view id, std::span<const WantedPermission> wanted,
    std::span<const TablePermissions> tables,
    const std::function<std::string(std::string_view permission)>& remedy_for, const Tell& tell) {
  for (const WantedPermission& permission : wanted) {
    std::vector<std::string_view> without;
    for (const TablePermissions& table : tables) {
      if (!has(table.granted, permission.name)) {
        without.push_back(table.table);
      }
    }
    const Check check = check_of(id, permission);
    tell(without.empty() ? check.ok(fmt::format("granted on all {} tables", tables.size()))
                         : missing(check, permission, fmt::format("{}", fmt::join(without, ", ")),
                                   remedy_for(permission.name)));
  }
}

}  // namespace github_stats::doctor
