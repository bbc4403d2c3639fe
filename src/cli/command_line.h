// The command line: flags and commands, help, and what they lead to.
#pragma once

namespace github_stats {

// Reads the command line, runs the command, and gives the process's exit code.
int run_command_line(int argc, const char* const* argv);

}  // namespace github_stats
