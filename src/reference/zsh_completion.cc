#include <fmt/format.h>

#include <string_view>

#include "reference/completion.h"

namespace github_stats::reference {
namespace {

// In single quotes, with a "\" before what has a meaning in a specification.
std::string quoted(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '\\' || special.find(c) != std::string_view::npos) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

std::string value_of(const Option& option) {
  std::string action = " ";
  if (!option.choices.empty()) {
    action = fmt::format("({})", fmt::join(option.choices, " "));
  } else if (option.kind == ValueKind::kFile) {
    action = "_files";
  } else if (option.kind == ValueKind::kFolder) {
    action = "_files -/";
  }
  return fmt::format(":{}:{}", quoted(option.value, ":"), action);
}

// What _arguments takes for an option, each of its names.
void add_option(std::string& out, std::string_view indent, const Option& option) {
  const std::string help = quoted(option.help, "[]:");
  const std::string value = option.takes_value() ? value_of(option) : "";
  if (option.is_argument()) {
    out += fmt::format("{}'*{}'\n", indent, value);
  }
  for (const std::string& name : option.names) {
    out += fmt::format("{}'{}[{}]{}'\n", indent, name, help, value);
  }
}

// A function for what follows a command, those of the commands below it first.
void add_function(std::string& out, const std::string& function, const Command& command) {
  for (const Command& below : command.commands) {
    add_function(out, function + "_" + below.name, below);
  }
  out += fmt::format("{}() {{\n  local state line\n  local -a options=(\n", function);
  for (const Option& option : command.options) {
    add_option(out, "    ", option);
  }
  out += "  )\n";
  if (command.commands.empty()) {
    out += "  _arguments -S $shared $options\n}\n\n";
    return;
  }
  out += "  _arguments -C -S $shared $options '1: :->command' '*:: :->rest'\n  case $state in\n";
  out += "    command)\n      local -a commands=(\n";
  for (const Command& below : command.commands) {
    out += fmt::format("        '{}:{}'\n", below.name, quoted(below.help, ":"));
  }
  out += "      )\n      _describe command commands ;;\n    rest)\n      case $words[1] in\n";
  for (const Command& below : command.commands) {
    out += fmt::format("        {}) {}_{} ;;\n", fmt::join(names_of(below), "|"), function,
                       below.name);
  }
  out += "      esac ;;\n  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Program& program) {
  Command root = program.command;
  root.options.clear();
  std::string out = "#compdef github-stats\n# Completion of github-stats for zsh.\n\n";
  add_function(out, "_github_stats", root);
  out += "local -a shared=(\n";
  for (const Option& option : program.command.options) {
    add_option(out, "  ", option);
  }
  return out + ")\n_github_stats \"$@\"\n";
}

}  // namespace github_stats::reference
