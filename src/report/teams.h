// Which people are a team, from a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace github_stats {

struct Team {
  std::string name;
  std::vector<std::string> logins;  // as written

  bool operator==(const Team&) const = default;
};

// Reads a teams file: one team a line, "name: login, login". Blank lines, and what follows a "#" at
// a line's beginning or behind a blank, do not count. Somebody may be in several teams.
// invalid_argument names `file`, the line's number and what is wrong: no colon, no name, no login,
// what can't be a login, a login or a team twice.
Result<std::vector<Team>> parse_teams(std::string_view file, std::string_view text);

}  // namespace github_stats
