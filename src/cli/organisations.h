// Commands, and the organisations of the configuration that they are for.
#pragma once

#include <functional>
#include <vector>

#include "base/result.h"
#include "cli/commands.h"
#include "config/settings.h"

namespace github_stats {

// A command for one organisation, and one that is given all there are (at least one). Both give the
// exit code.
using OneCommand = std::function<int(const Settings&, const CommandOptions&)>;
using Command = std::function<int(const std::vector<Settings>&, const CommandOptions&)>;

// The options as they are for one organisation: with its name in the --summary-file's.
CommandOptions options_for(const Settings& settings, CommandOptions options);

// Fails with invalid_argument when several organisations would write to one --summary-file.
Status check_summary_file(const std::vector<Settings>& all, const CommandOptions& options);

// Of two exit codes the one that matters more: interrupted, failed, wrong usage, partly done, done.
int worse_of(int one, int other);

// One after the other, each with a heading on standard error where there are several, until one is
// interrupted. The exit code is the worst.
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
