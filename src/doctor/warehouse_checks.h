// Whether rows can be loaded: a file of DuckDB's or a dataset of BigQuery's.
#pragma once

#include "doctor/google_access.h"
#include "doctor/parts.h"
#include "doctor/tell.h"

namespace github_stats::doctor {

void check_warehouse(const Parts& parts, GoogleAccess& google, const Tell& tell);

// What init() would make, in one line.
Finding judge_missing_parts(const Check& check, const std::vector<std::string>& missing);

}  // namespace github_stats::doctor
