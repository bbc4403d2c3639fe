// The command `completion`, which needs no settings.
#pragma once

#include "cli/commands.h"
#include "reference/reference.h"

namespace github_stats {

// Prints the completion for options.shell: bash, zsh or fish.
int run_completion(const reference::Program& program, const CommandOptions& options);

}  // namespace github_stats
