#include <fmt/format.h>

#include "reference/completion.h"
#include "reference/walk.h"

namespace github_stats::reference {
namespace {

// "query:--format|other:--format" of an option in a command; "*:--org" where it is everywhere.
std::string pattern(const std::string& path, const Option& option) {
  std::vector<std::string> all;
  for (const std::string& name : option.names) {
    all.push_back(fmt::format("{}:{}", path, name));
  }
  return fmt::format("{}", fmt::join(all, " | "));
}

// What completes the value of an option.
std::string value_of(const Option& option) {
  if (!option.choices.empty()) {
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))",
                       fmt::join(option.choices, " "));
  }
  switch (option.kind) {
    case ValueKind::kFile:
      return "compopt -o default";
    case ValueKind::kFolder:
      return "compopt -o dirnames";
    case ValueKind::kText:
      break;
  }
  return ":";
}

void add_values(std::string& out, const std::string& path, const std::vector<Option>& options) {
  for (const Option& option : options) {
    if (!option.is_argument() && option.takes_value()) {
      out += fmt::format("    {}) {}; return ;;\n", pattern(path, option), value_of(option));
    }
  }
}

std::string quoted(const std::string& path) { return "'" + path + "'"; }

// Words that can follow a command: what is below it, its options, the choices of its argument.
std::string words_after(const Command& command) {
  std::vector<std::string> words;
  for (const Command& below : command.commands) {
    words.push_back(below.name);
  }
  for (const Option& option : command.options) {
    const auto& more = option.is_argument() ? option.choices : option.names;
    words.insert(words.end(), more.begin(), more.end());
  }
  return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

std::string bash_completion(const Program& program) {
  std::string out = R"(# Completion of github-stats for bash.

_github_stats() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
)";
  out += fmt::format("      {}) ((i++)); continue ;;\n    esac\n",
                     fmt::join(names_with_values(program), " | "));
  out += "    case $command:${COMP_WORDS[i]} in\n";
  for_each_below(program.command, "",
                 [&](const Command& command, const std::string& path, const std::string& full) {
                   std::vector<std::string> patterns;
                   for (const std::string& name : names_of(command)) {
                     patterns.push_back(quoted(path) + ":" + name);
                   }
                   out += fmt::format("      {}) command={} ;;\n", fmt::join(patterns, " | "),
                                      quoted(full));
                 });
  out += "    esac\n  done\n  case $command:$before in\n";
  for_each_below(program.command, "",
                 [&](const Command& command, const std::string&, const std::string& full) {
                   add_values(out, quoted(full), command.options);
                 });
  add_values(out, "*", program.command.options);
  out += "  esac\n  case $command in\n";
  out += fmt::format("    '') words='{}' ;;\n", words_after(program.command));
  for_each_below(program.command, "",
                 [&](const Command& command, const std::string&, const std::string& full) {
                   out +=
                       fmt::format("    {}) words='{}' ;;\n", quoted(full), words_after(command));
                 });
  Command shared = program.command;
  shared.commands.clear();
  out += fmt::format("  esac\n  COMPREPLY=($(compgen -W \"$words {}\" -- \"$word\"))\n}}\n\n",
                     words_after(shared));
  return out + "complete -F _github_stats github-stats\n";
}

}  // namespace github_stats::reference
