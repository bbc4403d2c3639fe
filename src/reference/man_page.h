// The manual page, github-stats(1).
#pragma once

#include <string>

#include "reference/reference.h"

namespace github_stats::reference {

// In roff with the man macros.
std::string man_page(const Program& program);

}  // namespace github_stats::reference
