// This program and its parts, and where the settings come from.
#pragma once

#include <string_view>

#include "config/settings.h"
#include "doctor/tell.h"

namespace github_stats::doctor {

void check_versions(std::string_view version, const Tell& tell);

void check_settings(const Settings& settings, const Tell& tell);

// "3 from .env, 1 from the environment": how many settings each source has given.
std::string origins_of(const Settings& settings);

}  // namespace github_stats::doctor
