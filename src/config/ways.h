// Settings of which only one counts: a text, or the file that holds it.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/raw_settings.h"

namespace github_stats {

// A way to give something: the settings that go with it.
using Way = std::vector<std::string_view>;

// Which of the ways is taken, as an index: the one with a setting of the highest precedence;
// ways.size() when none is set. Two of the same precedence are invalid_argument.
Result<size_t> choose_way(const RawSettings& raw, const std::vector<Way>& ways);

// The text of the file that `variable` names, without line breaks at the end; as secret as if it
// stood in a variable. invalid_argument when it can't be read.
Result<RawSetting> read_file_of(const RawSettings& raw, std::string_view variable);

}  // namespace github_stats
