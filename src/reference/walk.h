// Going through all commands of a command line.
#pragma once

#include <set>
#include <string>

#include "reference/reference.h"

namespace github_stats::reference {

// Calls use(command, path of what it follows, its own path) with each command below one, in order:
// (show, "config", "config show").
template <typename Use>
void for_each_below(const Command& command, const std::string& path, const Use& use) {
  for (const Command& below : command.commands) {
    const std::string full = path.empty() ? below.name : path + " " + below.name;
    use(below, path, full);
    for_each_below(below, full, use);
  }
}

// The options after which the next word is a value, whatever the command.
inline std::set<std::string> names_with_values(const Program& program) {
  std::set<std::string> names;
  const auto add = [&](const Command& command) {
    for (const Option& option : command.options) {
      if (option.takes_value()) {
        names.insert(option.names.begin(), option.names.end());
      }
    }
  };
  add(program.command);
  for_each_below(program.command, "",
                 [&](const Command& command, const auto&, const auto&) { add(command); });
  return names;
}

}  // namespace github_stats::reference
