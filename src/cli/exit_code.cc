#include "cli/exit_code.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/log.h"

namespace github_stats {

int report_failure(const Error& error) {
  fmt::print(stderr, "github-stats: {}\n", printable(error.message));
  if (!error.remedy.empty()) {
    fmt::print(stderr, "  {}\n", printable(error.remedy));
  }
  return error.code == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailed;
}

}  // namespace github_stats
