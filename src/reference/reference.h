// The command line as data, from which its documentation is written: what is typed and what is
// read about it can't differ.
#pragma once

#include <string>
#include <vector>

namespace github_stats::reference {

enum class ValueKind { kText, kFile, kFolder };

struct Option {
  std::vector<std::string> names;    // "-h", "--help"; none: an argument that stands alone
  std::string value;                 // "NAME"; empty: it takes none
  std::string help;                  // one line
  std::vector<std::string> choices;  // the only values there are; none: any
  std::string range;                 // "1 to 100"; empty: none
  ValueKind kind = ValueKind::kText;
  bool is_required = false;

  bool is_argument() const { return names.empty(); }
  bool takes_value() const { return !value.empty(); }
};

struct Command {
  std::string name;
  std::vector<std::string> aliases;
  std::string help;      // one line
  std::string examples;  // command lines, one each, with comments
  std::string notes;     // whole lines; may be empty
  std::vector<Option> options;
  std::vector<Command> commands;  // what can follow
};

// The program itself: its options are the settings that all its commands share.
struct Program {
  Command command;
  std::string version;
};

// Each name by which a command can be called, its own first.
inline std::vector<std::string> names_of(const Command& command) {
  std::vector<std::string> names = {command.name};
  names.insert(names.end(), command.aliases.begin(), command.aliases.end());
  return names;
}

}  // namespace github_stats::reference
