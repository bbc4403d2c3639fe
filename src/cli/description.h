// The command line as its documentation needs it.
#pragma once

#include "cli/definitions.h"
#include "reference/reference.h"

namespace github_stats {

reference::Program describe_command_line(const Definitions& definitions);

}  // namespace github_stats
