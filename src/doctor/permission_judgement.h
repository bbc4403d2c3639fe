// What is to be said of Google's permissions. Pure.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/tell.h"

namespace github_stats::doctor {

struct WantedPermission {
  std::string_view name;
  std::string_view use;   // "write chunks and checkpoints"
  bool is_needed = true;  // false: something is worse without it, but works
};

std::vector<std::string_view> names_of(std::span<const WantedPermission> wanted);

// One finding for each permission that is wanted. `place`: "gs://acme-chunks"; `remedy_for` says
// whom to give which role.
void judge_granted(std::string_view id, std::span<const WantedPermission> wanted,
                   std::span<const std::string> granted, std::string_view place,
                   const std::function<std::string(std::string_view permission)>& remedy_for,
                   const Tell& tell);

// The same of permissions that are asked for on several tables. A table's granted ones, by its
// name.
struct TablePermissions {
  std::string_view table;
  std::vector<std::string> granted;
};
void judge_granted_on_tables(
    std::string_view id, std::span<const WantedPermission> wanted,
    std::span<const TablePermissions> tables,
    const std::function<std::string(std::string_view permission)>& remedy_for, const Tell& tell);

}  // namespace github_stats::doctor
