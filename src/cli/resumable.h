// Collections that `resume` can go on with.
#pragma once

#include "config/settings.h"

namespace github_stats {

// Prints them, newest first, and gives the exit code.
int list_resumable(const Settings& settings);

}  // namespace github_stats
