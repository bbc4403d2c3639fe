#include "collect/repository_filter.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

const Time kSince = *parse_time("2026-01-01T00:00:00Z");

Repository repository(std::string name) {
  return {.id = "R", .name = std::move(name), .newest_update = kSince};
}

TEST(Select, TakesWhatChangedInTheWindow) {
  Repository changed = repository("web");
  EXPECT_EQ(select({}, changed, kSince), Selection::kCollected) << "the border belongs to it";
  changed.newest_update = kSince - Duration(1);
  EXPECT_EQ(select({}, changed, kSince), Selection::kUnchanged);
  changed.newest_update = std::nullopt;
  EXPECT_EQ(select({}, changed, kSince), Selection::kUnchanged);
}

TEST(Select, LeavesArchivedAndForksOutUnlessAskedFor) {
  Repository archived = repository("old");
  archived.is_archived = true;
  Repository fork = repository("theirs");
  fork.is_fork = true;
  EXPECT_EQ(select({}, archived, kSince), Selection::kArchived);
  EXPECT_EQ(select({}, fork, kSince), Selection::kFork);
  EXPECT_EQ(select({.archived = true}, archived, kSince), Selection::kCollected);
  EXPECT_EQ(select({.forks = true}, fork, kSince), Selection::kCollected);
  EXPECT_EQ(select({.include = {"OLD"}}, archived, kSince), Selection::kCollected)
      << "named outright";
  EXPECT_EQ(select({.include = {"o*"}}, archived, kSince), Selection::kArchived);
}

TEST(Select, FollowsTheGlobs) {
  const RepositoryFilter filter{.include = {"web-*"}, .exclude = {"*-legacy"}};
  EXPECT_EQ(select(filter, repository("Web-Shop"), kSince), Selection::kCollected);
  EXPECT_EQ(select(filter, repository("web-legacy"), kSince), Selection::kExcluded);
  EXPECT_EQ(select(filter, repository("api"), kSince), Selection::kExcluded);
}

}  // namespace
}  // namespace github_stats
