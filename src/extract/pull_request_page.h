// What a listing of a repository's pull requests brings.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace github_stats {

struct PullRequestRef {
  std::string id;
  int64_t number = 0;
  Time updated_at;
};

struct PullRequestPage {
  std::vector<PullRequestRef> pull_requests;  // newest change first
  int64_t total = 0;                          // that the repository has, as GitHub counts them
  std::optional<std::string> next;            // cursor to go on from; nothing: the last page
};

}  // namespace github_stats
