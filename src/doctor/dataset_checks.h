// A dataset of BigQuery's.
#pragma once

#include "doctor/google_access.h"
#include "doctor/parts.h"
#include "doctor/tell.h"

namespace github_stats::doctor {

void check_dataset(const Parts& parts, GoogleAccess& google, const Tell& tell);

}  // namespace github_stats::doctor
