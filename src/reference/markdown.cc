#include "reference/markdown.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "config/config_file.h"
#include "config/setting_info.h"
#include "reference/walk.h"

namespace github_stats::reference {
namespace {

// Text in a table's cell.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '*' || c == '<' || c == '[' || c == ']') {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  return out;
}

// Code in a table's cell, where a "|" ends the cell even in code.
std::string code_cell(std::string_view text) {
  if (text.empty()) {
    return "";
  }
  std::string out = "`";
  for (const char c : text) {
    out.append(c == '|' ? "\\|" : std::string(1, c));
  }
  return out + "`";
}

std::string written(const Option& option) {
  if (option.is_argument()) {
    return option.value;
  }
  std::string all = fmt::format("{}", fmt::join(option.names, ", "));
  return option.takes_value() ? all + " " + option.value : all;
}

std::string meaning(const Option& option) {
  std::string text = cell(option.help);
  if (!option.choices.empty() && option.value.find('|') == std::string::npos) {
    text += fmt::format(" (`{}`)", fmt::join(option.choices, "`, `"));
  } else if (!option.range.empty()) {
    text += fmt::format(" ({})", option.range);
  }
  return option.is_required ? text + "; required" : text;
}

std::string options_table(const std::vector<Option>& options) {
  std::string out = "| option | meaning |\n|---|---|\n";
  for (const Option& option : options) {
    out += fmt::format("| {} | {} |\n", code_cell(written(option)), meaning(option));
  }
  return out;
}

void add_command(std::string& out, const std::string& path, const Command& command) {
  out += fmt::format("\n## {}\n\n{}.\n", path, command.help);
  if (!command.aliases.empty()) {
    out += fmt::format("\nAlso called `{}`.\n", fmt::join(command.aliases, "`, `"));
  }
  if (!command.options.empty()) {
    out += "\n" + options_table(command.options);
  }
  if (!command.examples.empty()) {
    const bool needs_cloud = command.examples.find("gs://") != std::string::npos;
    out += fmt::format("\n```sh{}\n{}\n```\n", needs_cloud ? " cloud" : "", command.examples);
  }
  if (!command.notes.empty()) {
    out += "\n" + command.notes + "\n";
  }
}

void add_settings(std::string& out, std::string_view group) {
  out += fmt::format("{}## {}\n\n", out.empty() ? "" : "\n", group);
  out += "| variable | flag | key in the file | default | meaning |\n|---|---|---|---|---|\n";
  for (const SettingInfo& info : known_settings()) {
    if (info.group == group) {
      out += fmt::format("| {} | {} | {} | {} | {}{} |\n",
                         info.flag_only ? "" : code_cell(info.variable), code_cell(info.flag),
                         code_cell(config_key(info)), code_cell(info.default_text), cell(info.help),
                         info.secret ? " (secret)" : "");
    }
  }
}

}  // namespace

std::string commands_as_markdown(const Program& program) {
  std::string out = "## Options of every command\n\n" + options_table(program.command.options);
  for_each_below(program.command, "",
                 [&](const Command& command, const std::string&, const std::string& path) {
                   if (command.commands.empty()) {
                     add_command(out, path, command);
                   }
                 });
  return out;
}

std::string settings_as_markdown() {
  std::vector<std::string_view> groups;
  for (const SettingInfo& info : known_settings()) {
    if (std::ranges::find(groups, info.group) == groups.end()) {
      groups.push_back(info.group);
    }
  }
  std::string out;
  for (const std::string_view group : groups) {
    add_settings(out, group);
  }
  return out;
}

}  // namespace github_stats::reference
