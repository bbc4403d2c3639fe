// The .env format:
//
//   # a comment
//   NAME=value                # unquoted: up to the line's end or to " #"
//   export NAME="a\nb"        # double quotes: \n \r \t \\ \" \$, and line breaks, are understood
//   NAME='literal $text'      # single quotes: taken as it is, line breaks too
//
// Nothing is expanded: $NAME stays as it is written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace github_stats {

struct EnvEntry {
  std::string name;
  std::string value;
  int line = 0;  // where it begins, from 1

  bool operator==(const EnvEntry&) const = default;
};

// The entries in order. A byte order mark at the front and CRLF line ends are fine. Fails with
// invalid_argument, naming `file` and the line but never a value, on anything else than the above
// and on a name given twice.
Result<std::vector<EnvEntry>> parse_env(std::string_view text, std::string_view file);

}  // namespace github_stats
