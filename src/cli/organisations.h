// Commands, and the organisations of the configuration that they are for.
#pragma once

#include <functional>
#include <vector>

#include "cli/commands.h"
#include "config/settings.h"

namespace github_stats {

// A command for one organisation, and one that is given all there are (at least one). Both give the
// exit code.
using OneCommand = std::function<int(const Settings&, const CommandOptions&)>;
using Command = std::function<int(const std::vector<Settings>&, const CommandOptions&)>;

// One after the other, each with a heading on standard error where there are several, until one is
// interrupted. The exit code is the worst: interrupted, failed, wrong usage, partly done.
Command for_each_organisation(OneCommand command);

// For the one there is; where there are several, one has to be chosen.
Command for_one_organisation(OneCommand command);

// Once for each store with its warehouse, and once for each warehouse: several organisations can
// share them.
Command for_each_place(OneCommand command);
Command for_each_warehouse(OneCommand command);

// For the warehouse that all share; where they have several, one has to be chosen.
Command for_one_warehouse(OneCommand command);

}  // namespace github_stats
