#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "cli/command_line.h"
#include "cli/exit_code.h"

int main(int argc, char** argv) {
  try {
    return github_stats::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "github-stats: {}\n", error.what());
    return github_stats::kExitFailed;
  }
}
