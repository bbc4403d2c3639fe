#include "reference/man_page.h"

#include <fmt/format.h>

#include <string_view>

#include "base/ascii.h"
#include "base/utf8.h"
#include "config/setting_info.h"
#include "reference/walk.h"

namespace github_stats::reference {
namespace {

// Text as roff prints it: what it would take for a request, an escape or a hyphenation point is
// escaped.
std::string roff(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) {
    out = "\\&";
  }
  while (!text.empty()) {
    const CodePoint point = decode_utf8(text);
    const size_t length = point.length == 0 ? 1 : point.length;
    if (point.value >= 0x80) {
      out += fmt::format("\\[u{:04X}]", point.value);
    } else if (text.front() == '\\') {
      out += "\\e";
    } else if (text.front() == '-') {
      out += "\\-";
    } else if (text.front() == '\'') {
      out += "\\(aq";
    } else {
      out += text.front();
    }
    text.remove_prefix(length);
  }
  return out;
}

// Lines that are shown as they are.
std::string verbatim(std::string_view text) {
  std::string out = ".nf\n";
  while (!text.empty()) {
    const size_t end = text.find('\n');
    out += roff(text.substr(0, end)) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out + ".fi\n";
}

std::string heading(const Option& option) {
  std::vector<std::string> parts;
  for (const std::string& name : option.names) {
    parts.push_back("\\fB" + roff(name) + "\\fR");
  }
  std::string line = fmt::format("{}", fmt::join(parts, ", "));
  if (option.takes_value()) {
    line += (line.empty() ? "\\fI" : " \\fI") + roff(option.value) + "\\fR";
  }
  return line;
}

void add_options(std::string& out, const std::vector<Option>& options) {
  for (const Option& option : options) {
    out += ".TP\n" + heading(option) + "\n" + roff(option.help);
    if (!option.choices.empty() && option.value.find('|') == std::string::npos) {
      out += roff(fmt::format(" ({})", fmt::join(option.choices, ", ")));
    } else if (!option.range.empty()) {
      out += roff(" (" + option.range + ")");
    }
    out += option.is_required ? "; required\n" : "\n";
  }
}

void add_command(std::string& out, const std::string& path, const Command& command) {
  out += fmt::format(".SS {}\n{}.\n", roff(path), roff(command.help));
  if (!command.aliases.empty()) {
    out += "Also called " + roff(fmt::format("{}", fmt::join(command.aliases, ", "))) + ".\n";
  }
  add_options(out, command.options);
  if (!command.examples.empty()) {
    out += ".PP\n" + verbatim(command.examples);
  }
  if (!command.notes.empty()) {
    out += ".PP\n" + roff(command.notes) + "\n";
  }
}

void add_environment(std::string& out) {
  for (const SettingInfo& info : known_settings()) {
    if (info.flag_only) {
      continue;
    }
    out += fmt::format(".TP\n\\fB{}\\fR\n{}", roff(info.variable), roff(info.help));
    out += info.default_text.empty() ? "\n" : roff(fmt::format(" [{}]", info.default_text)) + "\n";
  }
}

// "Does this." as a manual's index wants it: "does this".
std::string as_a_phrase(std::string text) {
  text.replace(0, 1, lower(text.substr(0, 1)));
  if (text.ends_with('.')) {
    text.pop_back();
  }
  return text;
}

constexpr std::string_view kFiles = R"(.TP
.I .env
Settings, in the folder that the program is run in.
.TP
.I github\-stats.toml
Settings, for several organisations if need be, in the same folder.
.TP
.I ./github\-stats\-data/
What was collected, unless another store is set.
.TP
.I ./github_stats.duckdb
The tables, unless another warehouse is set.
)";

constexpr std::string_view kExitStatus = R"(.TP
0
Done.
.TP
1
Failed.
.TP
2
Wrong usage or settings.
.TP
3
Done but for some repositories, which are named; \fBresume\fR takes just those.
.TP
130
Interrupted; \fBresume\fR goes on.
)";

}  // namespace

std::string man_page(const Program& program) {
  const Command& command = program.command;
  const std::string name = roff(command.name);
  std::string out = fmt::format(".TH \"GITHUB\\-STATS\" \"1\" \"\" \"{} {}\" \"User Commands\"\n",
                                command.name, program.version);
  out += fmt::format(".SH NAME\n{} \\- {}\n", name, roff(as_a_phrase(command.help)));
  out += fmt::format(".SH SYNOPSIS\n.B {}\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n",
                     name);
  out += ".SH DESCRIPTION\n" + roff(command.notes) + "\n";
  out += ".SH COMMANDS\n";
  for_each_below(command, "",
                 [&](const Command& each, const std::string&, const std::string& path) {
                   if (each.commands.empty()) {
                     add_command(out, path, each);
                   }
                 });
  out += ".SH OPTIONS\nEvery command takes these.\n";
  add_options(out, command.options);
  out += ".SH ENVIRONMENT\n";
  out +=
      roff("Flags beat the environment, which beats .env, which beats github-stats.toml.") + "\n";
  add_environment(out);
  out += ".SH FILES\n";
  out += kFiles;
  out += ".SH EXIT STATUS\n";
  out += kExitStatus;
  out += ".SH EXAMPLES\n" + verbatim(command.examples);
  return out;
}

}  // namespace github_stats::reference
