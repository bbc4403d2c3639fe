#include <fmt/format.h>

#include <string_view>

#include "reference/completion.h"
#include "reference/walk.h"

namespace github_stats::reference {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  return out + "'";
}

// -l LONG -s SHORT
std::string names_of_option(const Option& option) {
  std::string out;
  for (const std::string_view name : option.names) {
    out += name.starts_with("--") ? fmt::format(" -l {}", name.substr(2))
                                  : fmt::format(" -s {}", name.substr(1));
  }
  return out;
}

std::string value_of(const Option& option) {
  if (!option.choices.empty()) {
    return fmt::format(" -x -a {}", quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  }
  switch (option.kind) {
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kFolder:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::kText:
      break;
  }
  return option.takes_value() ? " -x" : "";
}

void add_options(std::string& out, const std::string& condition, const Command& command) {
  for (const Option& option : command.options) {
    const std::string value = value_of(option);
    if (option.is_argument() && option.choices.empty()) {
      continue;
    }
    out += fmt::format("complete -c github-stats{}{}{} -d {}\n", condition, names_of_option(option),
                       value, quoted(option.help));
  }
}

// What is typed already: the commands, without options and their values.
std::string command_function(const Program& program) {
  std::string out = R"(function __github_stats_command
    set -l command ''
    set -l is_value 0
    for word in (commandline -opc)[2..]
        if test $is_value = 1
            set is_value 0
            continue
        end
        switch "$command:$word"
)";
  out += fmt::format("            case '*:{}'\n                set is_value 1\n",
                     fmt::join(names_with_values(program), "' '*:"));
  for_each_below(program.command, "",
                 [&](const Command& command, const std::string& path, const std::string& full) {
                   std::vector<std::string> typed;
                   for (const std::string& name : names_of(command)) {
                     typed.push_back(quoted(fmt::format("{}:{}", path, name)));
                   }
                   out += fmt::format("            case {}\n                set command {}\n",
                                      fmt::join(typed, " "), quoted(full));
                 });
  return out + R"(        end
    end
    echo $command
end

function __github_stats_after
    test (__github_stats_command) = "$argv"
end

)";
}

void add_commands(std::string& out, const std::string& condition, const Command& command) {
  for (const Command& below : command.commands) {
    out += fmt::format("complete -c github-stats{} -a {} -d {}\n", condition, below.name,
                       quoted(below.help));
  }
}

std::string after(const std::string& path) {
  return fmt::format(" -n {}", quoted("__github_stats_after " + path));
}

}  // namespace

std::string fish_completion(const Program& program) {
  std::string out = "# Completion of github-stats for fish.\n\n" + command_function(program);
  out += "complete -c github-stats -f\n";
  add_options(out, "", program.command);
  add_commands(out, after("''"), program.command);
  for_each_below(program.command, "",
                 [&](const Command& command, const std::string&, const std::string& path) {
                   add_commands(out, after(path), command);
                   add_options(out, after(path), command);
                 });
  return out;
}

}  // namespace github_stats::reference
