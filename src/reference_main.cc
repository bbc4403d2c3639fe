// Prints a part of the documentation that is made from the program's own definitions. Used by the
// build and by `make reference`; not installed.
#include <fmt/format.h>

#include <cstdio>
#include <functional>
#include <map>
#include <string>

#include "cli/definitions.h"
#include "cli/description.h"
#include "reference/completion.h"
#include "reference/man_page.h"
#include "reference/markdown.h"

int main(int argc, char** argv) {
  using namespace github_stats;
  const std::map<std::string, std::function<std::string(const reference::Program&)>> parts = {
      {"bash", reference::bash_completion},
      {"commands", reference::commands_as_markdown},
      {"fish", reference::fish_completion},
      {"man", reference::man_page},
      {"settings", [](const reference::Program&) { return reference::settings_as_markdown(); }},
      {"zsh", reference::zsh_completion},
  };
  const auto part = argc == 2 ? parts.find(argv[1]) : parts.end();
  if (part == parts.end()) {
    fmt::print(stderr, "usage: {} bash|commands|fish|man|settings|zsh\n", argv[0]);
    return 2;
  }
  const Definitions definitions;
  fmt::print("{}", part->second(describe_command_line(definitions)));
  return 0;
}
