// What whoever is signed in may do in BigQuery. Only asks.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "warehouse/bigquery_client.h"

namespace github_stats::bigquery {

// Where the dataset is; nothing when there is none.
Result<std::optional<std::string>> dataset_location(Client& client);

// Those of the permissions that are granted on the whole project, by any role. It is the Resource
// Manager that is asked, whose API may not be enabled for the project: permission_denied.
Result<std::vector<std::string>> granted_on_project(Client& client,
                                                    std::span<const std::string_view> permissions);

// The same on a table; those of its dataset and its project are among them.
Result<std::vector<std::string>> granted_on_table(Client& client, std::string_view table,
                                                  std::span<const std::string_view> permissions);

}  // namespace github_stats::bigquery
