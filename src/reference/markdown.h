// The generated parts of docs/commands.md and docs/configuration.md.
#pragma once

#include <string>

#include "reference/reference.h"

namespace github_stats::reference {

// A section for each command: what it does, how it is written, its options, examples.
std::string commands_as_markdown(const Program& program);

// A table for each group of known_settings().
std::string settings_as_markdown();

}  // namespace github_stats::reference
