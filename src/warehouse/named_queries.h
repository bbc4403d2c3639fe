// Questions that many ask, ready to run: `github-stats query NAME`.
//
// Over the tables that are collected, in the SQL of whichever warehouse is asked; the texts are
// those of warehouse/sql/queries/. They leave bots out where those would mislead, and give figures
// of repositories and weeks, never a ranking of people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "warehouse/dialect.h"

namespace github_stats {

struct NamedQuery {
  std::string_view name;         // "open-pull-requests"
  std::string_view description;  // one line
  std::string sql;
};

// Sorted by name.
std::vector<NamedQuery> named_queries(const Dialect& dialect);

// The query of that name. An unknown one is invalid_argument; the remedy names the one that was
// probably meant.
Result<NamedQuery> find_named_query(std::string_view name, const Dialect& dialect);

}  // namespace github_stats
