#include "report/privacy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "report/figures.h"
#include "report/rows_fixture.h"

namespace github_stats {
namespace {

using testing::ElementsAre;

constexpr int kPeople = 20;

// Person i has opened i pull requests.
Rows crowd(std::string_view collected_at) {
  Rows rows = small_rows();
  rows.people.clear();
  for (int i = 0; i < kPeople; ++i) {
    rows.people.push_back(std::string(1, static_cast<char>('a' + i)));
    for (int n = 0; n < i; ++n) {
      rows.pull_requests.push_back(open_since("2026-01-12T00:00:00Z"));
      rows.pull_requests.back().author = i;
      rows.pull_requests.back().collected_at = at(collected_at);
    }
  }
  return rows;
}

// How many pull requests each pseudonym has.
std::vector<int64_t> opened_by(const Rows& rows) {
  std::vector<int64_t> opened(rows.people.size());
  for (const PullRequest& pull : rows.pull_requests) {
    ++opened[static_cast<size_t>(pull.author)];
  }
  return opened;
}

TEST(Anonymity, GivesEverybodyANumberThatStaysForTheSameRows) {
  Rows rows = crowd("2026-01-25T00:00:00Z");
  Rows again = rows;
  make_anonymous(rows);
  make_anonymous(again);
  EXPECT_EQ(rows.people.front(), "person 1");
  EXPECT_EQ(rows.people.back(), "person 20");
  EXPECT_EQ(opened_by(rows), opened_by(again));
}

TEST(Anonymity, OrdersPeopleNeitherByNameNorByFigures) {
  Rows rows = crowd("2026-01-25T00:00:00Z");
  make_anonymous(rows);
  Rows later = crowd("2026-01-26T00:00:00Z");
  make_anonymous(later);
  EXPECT_FALSE(std::ranges::is_sorted(opened_by(rows)));
  EXPECT_NE(opened_by(rows), opened_by(later));
  std::set<int64_t> everybody;
  for (const int64_t opened : opened_by(rows)) {
    everybody.insert(opened);
  }
  EXPECT_EQ(everybody.size(), static_cast<size_t>(kPeople));
}

TEST(Anonymity, KeepsWhoDidWhatTogether) {
  Rows rows = crowd("2026-01-25T00:00:00Z");
  rows.reviews = {{0, 7, day("2026-01-12")}, {0, 9, day("2026-01-12")}};
  add_teams(rows, {{"team", {"H", "j"}}});
  make_anonymous(rows);
  const auto opened = opened_by(rows);
  ASSERT_EQ(rows.teams.at(0).people.size(), 2U);
  EXPECT_LT(rows.teams[0].people[0], rows.teams[0].people[1]);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(rows.teams[0].people[i], rows.reviews[i].reviewer);
  }
  std::vector<int64_t> both = {opened[static_cast<size_t>(rows.reviews[0].reviewer)],
                               opened[static_cast<size_t>(rows.reviews[1].reviewer)]};
  std::ranges::sort(both);
  EXPECT_THAT(both, ElementsAre(7, 9));
}

TEST(Anonymity, TakesAwayWhatLeadsToThePullRequest) {
  Rows rows = crowd("2026-01-25T00:00:00Z");
  make_anonymous(rows);
  for (const PullRequest& pull : rows.pull_requests) {
    EXPECT_EQ(pull.title + pull.url, "");
    EXPECT_EQ(pull.number, 0);
  }
}

TEST(NoPeople, LeavesNobody) {
  Rows rows = crowd("2026-01-25T00:00:00Z");
  rows.reviews = {{0, 7, day("2026-01-12")}};
  remove_people(rows);
  EXPECT_TRUE(rows.people.empty());
  EXPECT_EQ(rows.reviews[0].reviewer, kNobody);
  for (const PullRequest& pull : rows.pull_requests) {
    EXPECT_EQ(pull.author, kNobody);
    EXPECT_EQ(pull.title + pull.url, "");
  }
  const Figures figures = calculate_figures(rows);
  EXPECT_EQ(figures.period.reviews, 1);
  EXPECT_TRUE(figures.people.empty());
}

TEST(Teams, HaveThoseWhomTheRowsKnow) {
  Rows rows = small_rows();
  const auto unknown = add_teams(rows, {{"a", {"CID", "ann", "zoe"}}, {"b", {"zoe"}}});
  EXPECT_THAT(unknown, ElementsAre("zoe"));
  EXPECT_THAT(rows.teams.at(0).people, ElementsAre(0, 2));
  EXPECT_THAT(rows.teams.at(1).people, ElementsAre());
}

}  // namespace
}  // namespace github_stats
