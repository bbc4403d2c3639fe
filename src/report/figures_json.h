// The figures as JSON; docs/report.md has the structure.
#pragma once

#include <string>

#include "report/figures.h"
#include "report/rows.h"

namespace github_stats {

std::string figures_as_json(const Rows& rows, const Figures& figures);

}  // namespace github_stats
