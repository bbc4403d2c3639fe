// Completion of the command line in shells: commands, options, the values that an option can have.
// Each text is a file that the shell reads by itself once it lies where it looks for such files.
#pragma once

#include <string>

#include "reference/reference.h"

namespace github_stats::reference {

std::string bash_completion(const Program& program);
std::string zsh_completion(const Program& program);
std::string fish_completion(const Program& program);

}  // namespace github_stats::reference
