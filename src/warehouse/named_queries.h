// Questions that many ask, ready to run: `github-stats query NAME`.
//
// In DuckDB's SQL, over the tables that are collected. They leave bots out where those would
// mislead, and give figures of repositories and weeks, never a ranking of people.
#pragma once

#include <span>
#include <string_view>

#include "base/result.h"

namespace github_stats {

struct NamedQuery {
  std::string_view name;         // "open-pull-requests"
  std::string_view description;  // one line
  std::string_view sql;
};

// Sorted by name.
std::span<const NamedQuery> named_queries();

// The query of that name. An unknown one is invalid_argument; the remedy names the one that was
// probably meant.
Result<NamedQuery> find_named_query(std::string_view name);

}  // namespace github_stats
