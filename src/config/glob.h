// Patterns for repository names: "*" is any text, "?" one character, "[a-z_]" one of a set,
// "[!a-z]" one not in it. Case does not matter, as GitHub's names know none.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace github_stats {

// Takes at most pattern × text steps, whatever the pattern. False for a malformed pattern.
bool glob_matches(std::string_view pattern, std::string_view text);

// Whether `text` matches one of `included`, or that is empty, and none of `excluded`.
bool globs_select(std::span<const std::string> included, std::span<const std::string> excluded,
                  std::string_view text);

// Fails with invalid_argument when a "[" is not closed or a range runs backwards.
Status check_glob(std::string_view pattern);

}  // namespace github_stats
