#include "cli/description.h"

#include <fmt/format.h>

#include <string_view>

#include "base/split.h"
#include "cli/version.h"

namespace github_stats {
namespace {

using reference::Command;
using reference::Option;
using reference::ValueKind;

std::vector<std::string> texts(const std::vector<std::string_view>& parts) {
  return {parts.begin(), parts.end()};
}

// CLI11 writes what a value is like as "DAYS:INT in [1 - 365]", "FORMAT:{csv,json}", or what the
// definitions give it: "FILE", "text|json".
void describe_value(std::string_view type, Option& option) {
  const size_t colon = std::min(type.find(':'), type.size());
  const std::string_view name = type.substr(0, colon);
  const std::string_view limits = type.substr(std::min(colon + 1, type.size()));
  option.value = name;
  if (const size_t open = limits.find('{'); open != std::string_view::npos) {
    option.choices = texts(split(limits.substr(open + 1, limits.find('}') - open - 1), ','));
  } else if (const size_t from = limits.find('['); from != std::string_view::npos) {
    const std::string_view range = limits.substr(from + 1, limits.find(']') - from - 1);
    const size_t dash = range.find(" - ");
    option.range = fmt::format("{} to {}", range.substr(0, dash), range.substr(dash + 3));
  } else if (name.find('|') != std::string_view::npos &&
             std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; })) {
    option.choices = texts(split(name, '|'));
  }
  option.kind = name == "FILE"  ? ValueKind::kFile
                : name == "DIR" ? ValueKind::kFolder
                                : ValueKind::kText;
}

Option describe(const CLI::Option& from) {
  Option option{.help = from.get_description(), .is_required = from.get_required()};
  for (const std::string& name : from.get_snames()) {
    option.names.push_back("-" + name);
  }
  for (const std::string& name : from.get_lnames()) {
    option.names.push_back("--" + name);
  }
  if (from.get_items_expected_max() > 0) {
    describe_value(from.get_type_name(), option);
  }
  return option;
}

// The examples among the lines of a footer, which begin with blanks; the others are notes.
void describe_footer(const std::string& footer, Command& command) {
  std::vector<std::string> examples;
  std::vector<std::string> notes;
  for (const std::string_view line : split(footer, '\n')) {
    if (line.starts_with("  ")) {
      examples.emplace_back(line.substr(2));
    } else if (!line.empty() && !line.starts_with("Example") &&
               !line.starts_with(kSharedSettings)) {
      notes.emplace_back(line);
    }
  }
  command.examples = fmt::format("{}", fmt::join(examples, "\n"));
  command.notes = fmt::format("{}", fmt::join(notes, "\n"));
}

Command describe(const CLI::App& app, bool is_program) {
  Command command{
      .name = app.get_name(), .aliases = app.get_aliases(), .help = app.get_description()};
  describe_footer(app.get_footer(), command);
  for (const CLI::Option* option : app.get_options()) {
    if (is_program || option != app.get_help_ptr()) {  // every command has that
      command.options.push_back(describe(*option));
    }
  }
  for (const CLI::App* below : app.get_subcommands(nullptr)) {
    command.commands.push_back(describe(*below, false));
  }
  return command;
}

}  // namespace

reference::Program describe_command_line(const Definitions& definitions) {
  return {.command = describe(definitions.app(), true), .version = kVersion};
}

}  // namespace github_stats
