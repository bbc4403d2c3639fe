// The days whose metrics a load makes stale, in either warehouse's SQL.
#pragma once

#include <string>
#include <string_view>

#include "schema/schema.h"
#include "warehouse/dialect.h"

namespace github_stats {

// Notes in `_metrics_days` the days of `rows`, the name of a table with the stream's columns, that
// belong to the pull requests of the temporary tables winners and renamed.
std::string note_days(const Dialect& dialect, Stream stream, std::string_view rows);

}  // namespace github_stats
