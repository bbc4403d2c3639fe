// Names that are the same however they are cased.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"

namespace github_stats {

// Whether two columns' names are the same for a warehouse.
inline bool same_name(std::string_view left, std::string_view right) {
  return lower(left) == lower(right);
}

// Logins as `_bot_logins` has them.
inline std::set<std::string> in_lower_case(const std::vector<std::string>& logins) {
  std::set<std::string> all;
  for (const std::string& login : logins) {
    all.insert(lower(login));
  }
  return all;
}

}  // namespace github_stats
