// Which of an owner's repositories are collected.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "extract/fetcher.h"

namespace github_stats {

struct RepositoryFilter {
  std::vector<std::string> include;  // names or globs; empty: all
  std::vector<std::string> exclude;
  bool archived = false;
  bool forks = false;

  bool operator==(const RepositoryFilter&) const = default;
};

// Why a repository is not collected, or that it is.
enum class Selection { kCollected, kExcluded, kArchived, kFork, kUnchanged };

// kUnchanged: no pull request of it changed at or after `since`. A repository that `include` names
// outright, without a wildcard, is collected even when it is archived or a fork.
Selection select(const RepositoryFilter& filter, const Repository& repository, Time since);

struct SelectionCounts {
  int64_t collected = 0;
  int64_t excluded = 0;
  int64_t archived = 0;
  int64_t forks = 0;
  int64_t unchanged = 0;

  void count(Selection selection);
  int64_t all() const { return collected + excluded + archived + forks + unchanged; }
};

}  // namespace github_stats
