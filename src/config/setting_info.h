// Every setting there is, once, as data: the command line, the documentation and .env.example are
// made from it or checked against it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace github_stats {

struct SettingInfo {
  std::string_view variable;      // "GITHUB_ORG": its name in the environment, .env and flags map
  std::string_view flag;          // "--org", or empty when there is none
  std::string_view default_text;  // as a user would write it; empty when there is none
  std::string_view help;          // one line
  std::string_view group;         // "GitHub": what it stands with in the documentation
  // What to give to the flag: "FILE", or the values there are, "text|json". Nothing: "VALUE".
  std::string_view value;
  bool secret = false;       // its value is never shown
  bool secret_file = false;  // it names a file that holds a secret
  bool flag_only = false;    // neither the environment nor .env is asked
  bool list = false;         // several values, separated by commas
};

// In the order in which they are documented.
std::span<const SettingInfo> known_settings();

// The setting of that name, or nullptr.
const SettingInfo* find_setting(std::string_view variable);

// The known variable that `name` was probably meant to be, or "".
std::string_view nearest_setting(std::string_view name);

}  // namespace github_stats
