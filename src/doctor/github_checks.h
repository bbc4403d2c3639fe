// Tokens, Apps, what they see of the organisation, and GitHub's clock.
#pragma once

#include "doctor/parts.h"
#include "doctor/tell.h"

namespace github_stats::doctor {

void check_github(const Parts& parts, const Tell& tell);

}  // namespace github_stats::doctor
