#include "cli/failure_log.h"

#include <algorithm>

#include "base/log.h"

namespace github_stats {
namespace {

// Some services give every failure a number of its own: what is remembered has an end.
constexpr size_t kMostKinds = 1'000;

}  // namespace

std::string failure_kind(const Error& error) {
  std::string kind(to_string(error.code));
  std::ranges::remove_copy_if(error.message, std::back_inserter(kind),
                              [](char c) { return c >= '0' && c <= '9'; });
  return kind;
}

void FailureLog::say(const Error& error) {
  if (said_.size() >= kMostKinds) {
    said_.clear();
  }
  if (said_.insert(failure_kind(error)).second) {
    log_error("failed", {{"code", to_string(error.code)}, {"reason", error.describe()}});
  } else {
    log_warning("failed again, as said before", {{"code", to_string(error.code)}});
  }
}

}  // namespace github_stats
