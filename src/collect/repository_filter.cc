#include "collect/repository_filter.h"

#include <algorithm>

#include "config/glob.h"

namespace github_stats {
namespace {

bool any_matches(const std::vector<std::string>& globs, const std::string& name) {
  return std::ranges::any_of(globs,
                             [&](const std::string& glob) { return glob_matches(glob, name); });
}

bool is_named_outright(const std::vector<std::string>& globs, const std::string& name) {
  return std::ranges::any_of(globs, [&](const std::string& glob) {
    return glob.find_first_of("*?[") == std::string::npos && glob_matches(glob, name);
  });
}

}  // namespace

Selection select(const RepositoryFilter& filter, const Repository& repository, Time since) {
  const bool named = is_named_outright(filter.include, repository.name);
  if (!filter.include.empty() && !any_matches(filter.include, repository.name)) {
    return Selection::kExcluded;
  }
  if (any_matches(filter.exclude, repository.name)) {
    return Selection::kExcluded;
  }
  if (repository.is_archived && !filter.archived && !named) {
    return Selection::kArchived;
  }
  if (repository.is_fork && !filter.forks && !named) {
    return Selection::kFork;
  }
  if (!repository.newest_update || *repository.newest_update < since) {
    return Selection::kUnchanged;
  }
  return Selection::kCollected;
}

void SelectionCounts::count(Selection selection) {
  switch (selection) {
    case Selection::kCollected:
      ++collected;
      break;
    case Selection::kExcluded:
      ++excluded;
      break;
    case Selection::kArchived:
      ++archived;
      break;
    case Selection::kFork:
      ++forks;
      break;
    case Selection::kUnchanged:
      ++unchanged;
      break;
  }
}

}  // namespace github_stats
