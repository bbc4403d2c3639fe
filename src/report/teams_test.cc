#include "report/teams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Teams, AreALineEach) {
  const auto teams = parse_teams("teams.txt",
                                 "# who is where\n\n"
                                 "Payments & co: ann, bob\r\n"
                                 "  web :\tCid_x ,renovate[bot]   # and its bot\n"
                                 "C#: ann");
  ASSERT_TRUE(teams) << teams.error().describe();
  EXPECT_THAT(*teams, ElementsAre(Team{"Payments & co", {"ann", "bob"}},
                                  Team{"web", {"Cid_x", "renovate[bot]"}}, Team{"C#", {"ann"}}));
  EXPECT_THAT(*parse_teams("teams.txt", "# nobody\n"), ElementsAre());
}

TEST(Teams, SayWhichLineIsWrong) {
  struct Case {
    const char* text;
    const char* expected;
  };
  for (const auto& [text, expected] : {
           Case{"web: ann\npayments ann", "teams.txt line 2: there is no ':'"},
           Case{"\n\n: ann", "line 3: the team has no name"},
           Case{"web:", "line 1: '' can't be a login"},
           Case{"web: ann,, bob", "line 1: '' can't be a login"},
           Case{"web: ann bob", "line 1: 'ann bob' can't be a login"},
           Case{"web: <script>", "line 1: '<script>' can't be a login"},
           Case{"web: ann, ANN", "line 1: ANN stands there twice"},
           Case{"web: ann\nWeb: bob", "line 2: the team Web stands in an earlier line"},
       }) {
    const auto teams = parse_teams("teams.txt", text);
    ASSERT_FALSE(teams) << text;
    EXPECT_EQ(teams.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(teams.error().message, HasSubstr(expected));
    EXPECT_THAT(teams.error().remedy, HasSubstr("payments: alice, bob"));
  }
}

}  // namespace
}  // namespace github_stats
