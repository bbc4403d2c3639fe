#include "cli/command_line.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/log.h"
#include "cli/definitions.h"
#include "cli/exit_code.h"
#include "config/settings.h"

namespace github_stats {

int run_command_line(int argc, const char* const* argv) {
  Definitions definitions;
  try {
    definitions.app().parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = definitions.app().exit(error);
    return code == 0 ? kExitDone : kExitUsage;
  }
  if (definitions.chosen_without_settings()) {
    return definitions.chosen_without_settings()();
  }
  if (!definitions.chosen()) {
    fmt::print(stderr, "github-stats: a command is required\n\n{}", definitions.app().help());
    return kExitUsage;
  }
  const auto all = load_all_settings(definitions.sources());
  if (!all) {
    report_failure(all.error());
    return kExitUsage;
  }
  configure_logging({all->front().log_level, all->front().log_format});
  return definitions.chosen()(*all, definitions.options());
}

}  // namespace github_stats
