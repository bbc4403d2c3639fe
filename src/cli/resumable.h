// Collections that `resume` can go on with.
#pragma once

#include <string>
#include <string_view>

#include "config/settings.h"

namespace github_stats {

// Prints them, newest first, and gives the exit code.
int list_resumable(const Settings& settings);

// "go on with: …", what to type to go on with one of them.
std::string how_to_resume(const Settings& settings, std::string_view collection_id);

}  // namespace github_stats
