// File systems, as far as checks look at them.
#pragma once

#include <filesystem>

#include "doctor/finding.h"

namespace github_stats::doctor {

// The room that is left where `path` is or would be made.
Finding check_space(const Check& check, const std::filesystem::path& path);

// Something that is not there yet: whether it can be made. `what`: "the store".
Finding judge_place(const Check& check, const std::filesystem::path& path, std::string_view what);

}  // namespace github_stats::doctor
