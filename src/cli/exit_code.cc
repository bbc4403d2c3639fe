#include "cli/exit_code.h"

#include <fmt/format.h>

#include <cstdio>
#include <string_view>

#include "base/log.h"

namespace github_stats {

int exit_code_for(const Error& error) {
  return error.code == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailed;
}

int report_failure(const Error& error) {
  // DuckDB explains in several lines, one of which points into the statement above it.
  std::string_view rest = error.message;
  for (const char* before = "github-stats: "; before != nullptr;) {
    const size_t end = rest.find('\n');
    fmt::print(stderr, "{}{}\n", before, printable(rest.substr(0, end)));
    before = end == std::string_view::npos ? nullptr : "  ";
    rest.remove_prefix(before == nullptr ? rest.size() : end + 1);
  }
  if (!error.remedy.empty()) {
    fmt::print(stderr, "  {}\n", printable(error.remedy));
  }
  return exit_code_for(error);
}

int log_failure(const Error& error) {
  log_error("failed", {{"code", to_string(error.code)}, {"reason", error.describe()}});
  return exit_code_for(error);
}

}  // namespace github_stats
