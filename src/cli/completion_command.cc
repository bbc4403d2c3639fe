#include "cli/completion_command.h"

#include <fmt/format.h>

#include "cli/exit_code.h"
#include "reference/completion.h"

namespace github_stats {

int run_completion(const reference::Program& program, const CommandOptions& options) {
  const auto completion = options.shell == "bash"  ? reference::bash_completion
                          : options.shell == "zsh" ? reference::zsh_completion
                                                   : reference::fish_completion;
  fmt::print("{}", completion(program));
  return kExitDone;
}

}  // namespace github_stats
