#include "report/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/figures_json.h"
#include "report/figures_markdown.h"
#include "report/rows_fixture.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Summary summary_of(std::vector<int64_t> values) { return summarize(values); }

TEST(Summary, LiesBetweenValues) {
  EXPECT_EQ(summary_of({}), (Summary{0, {}, {}, {}}));
  EXPECT_EQ(summary_of({7}), (Summary{1, 7, 7, 7}));
  EXPECT_EQ(summary_of({20, 0, 10}), (Summary{3, 10, 15, 18}));
  EXPECT_EQ(summary_of({1, 2}), (Summary{2, 2, 2, 2}));  // 1.5, 1.75, 1.9
}

TEST(Figures, CountWhatHappenedOnTheDaysOfThePeriod) {
  Rows rows = small_rows();
  rows.pull_requests = {
      merged("2026-01-01T00:00:00Z", "2026-01-11T23:59:59Z", 100),  // before
      merged("2026-01-10T00:00:00Z", "2026-01-12T00:00:00Z", 200),
      merged("2026-01-12T00:00:00Z", "2026-01-25T23:59:59Z", 400),
      open_since("2026-01-25T23:59:59Z"),
  };
  const Figures figures = calculate_figures(rows);
  EXPECT_EQ(figures.period.opened, 2);
  EXPECT_EQ(figures.period.merged, 2);
  EXPECT_EQ(figures.period.open, 1);
  EXPECT_EQ(figures.period.phases[0], (Summary{2, 300, 350, 380}));
  EXPECT_EQ(figures.period.phases[1], Summary());
  ASSERT_TRUE(figures.before);
  EXPECT_EQ(figures.before->merged, 1);
  EXPECT_EQ(figures.before->open, 1);
}

TEST(Figures, HaveNothingBeforeWhereTheRowsDoNotReach) {
  Rows rows = small_rows();
  rows.before.reset();
  EXPECT_FALSE(calculate_figures(rows).before);
  EXPECT_THAT(figures_as_json(rows, calculate_figures(rows)),
              HasSubstr(R"("before":null,"rows_from":"2025-12-01")"));
}

TEST(Figures, LeaveBotsOutOfAllButTheirOwnCount) {
  Rows rows = small_rows();
  PullRequest bots = merged("2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z", 100);
  bots.author = kNobody;
  bots.is_bot = true;
  PullRequest open = bots;
  open.closed_at.reset();
  open.is_merged = false;
  rows.pull_requests = {bots, open};
  const Figures figures = calculate_figures(rows);
  EXPECT_EQ(figures.period.bots_merged, 1);
  EXPECT_EQ(figures.period.merged + figures.period.opened + figures.period.open, 0);
  EXPECT_EQ(figures.open.count, 0);
  EXPECT_EQ(figures.period.phases[0].count, 0);
  EXPECT_TRUE(figures.people.empty());
  EXPECT_TRUE(figures.size_time.empty());
}

TEST(Figures, GoByWeeksThatThePeriodTouches) {
  Rows rows = small_rows();
  rows.period = {day("2026-01-14"), day("2026-01-20")};
  rows.pull_requests = {
      open_since("2026-01-01T00:00:00Z"),
      merged("2026-01-13T00:00:00Z", "2026-01-18T23:00:00Z", 50),  // opened before the period
      merged("2026-01-19T00:00:00Z", "2026-01-20T00:00:00Z", 60),
  };
  const auto weeks = calculate_figures(rows).weeks;
  ASSERT_EQ(weeks.size(), 2U);
  EXPECT_EQ(format_day(weeks[0].monday), "2026-01-12");
  EXPECT_EQ(weeks[0].measures.opened, 0);
  EXPECT_EQ(weeks[0].measures.merged, 1);
  EXPECT_EQ(weeks[0].measures.open, 1);
  EXPECT_EQ(weeks[1].measures.opened, 1);
  EXPECT_EQ(weeks[1].measures.phases[0].p50, 60);
}

TEST(Figures, SortIntoClassesByTheirLowerBounds) {
  Rows rows = small_rows();
  for (const int64_t size : {0, 9, 10, 4999, 5000, 1000000}) {
    rows.pull_requests.push_back(merged("2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z", kHour));
    rows.pull_requests.back().size = size;
  }
  const Figures figures = calculate_figures(rows);
  std::vector<int64_t> merged_by_size;
  for (const SizeClass& each : figures.sizes) {
    merged_by_size.push_back(each.measures.merged);
  }
  EXPECT_THAT(merged_by_size, ElementsAre(2, 1, 0, 0, 1, 2));
  EXPECT_EQ(figures.sizes.back().from, 5000);
  EXPECT_FALSE(figures.sizes.back().to);
  EXPECT_EQ(figures.distribution[0][0], 0);
  EXPECT_EQ(figures.distribution[0][1], 6);
  EXPECT_EQ(figures.size_time.front().size, 0);
  EXPECT_EQ(figures.size_time.front().time, 6);  // 60 minutes
}

TEST(Figures, GiveReviewsToWhoBeganThemAndPairThemWithKnownAuthors) {
  Rows rows = small_rows();
  PullRequest of_nobody = open_since("2026-01-12T00:00:00Z");
  of_nobody.author = kNobody;
  of_nobody.repository = 1;
  rows.pull_requests = {open_since("2026-01-12T00:00:00Z"), of_nobody};
  rows.reviews = {{0, 1, day("2026-01-13")}, {0, 2, day("2026-01-11")}, {1, 1, day("2026-01-13")}};
  const Figures figures = calculate_figures(rows);
  EXPECT_EQ(figures.period.reviews, 2);
  EXPECT_EQ(figures.before->reviews, 1);
  EXPECT_EQ(figures.people.at(1).reviews, 2);
  EXPECT_EQ(figures.people.count(2), 0U);
  EXPECT_EQ(figures.repositories.at(1).reviews, 1);
  ASSERT_EQ(figures.review_pairs.size(), 1U);
  EXPECT_EQ(figures.review_pairs[0].reviewer, 1);
  EXPECT_EQ(figures.review_pairs[0].author, 0);
}

TEST(Figures, ListWhatIsOpenByAgeAndByWaiting) {
  Rows rows = small_rows();
  PullRequest late = open_since("2026-01-02T00:00:00Z");
  late.ready_at = at("2026-01-20T00:00:00Z");
  PullRequest reviewed = open_since("2026-01-03T00:00:00Z");
  reviewed.first_review_at = at("2026-01-04T00:00:00Z");
  PullRequest draft = open_since("2026-01-05T00:00:00Z");
  draft.is_draft = true;
  rows.pull_requests = {late, reviewed, open_since("2026-01-04T00:00:00Z"), draft};
  const OpenWork open = calculate_figures(rows).open;
  EXPECT_EQ(open.count, 4);
  EXPECT_EQ(open.drafts, 1);
  EXPECT_EQ(open.waiting, 2);
  EXPECT_THAT(open.oldest, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(open.longest_waiting, ElementsAre(2, 0));
  EXPECT_EQ(open.ages[4], 4);  // two to four weeks
}

TEST(Json, TellsOfPeopleAsMuchAsItMay) {
  Rows rows = small_rows();
  rows.pull_requests = {open_since("2026-01-12T00:00:00Z")};
  const std::string named = figures_as_json(rows, calculate_figures(rows));
  EXPECT_THAT(named, HasSubstr(R"("title":"Do it","url":"https://github.com/acme/api/pull/1")"));
  EXPECT_THAT(named, HasSubstr(R"("author":"ann")"));
  rows.of_people = People::kNone;
  rows.pull_requests[0].author = kNobody;
  const std::string none = figures_as_json(rows, calculate_figures(rows));
  for (const char* const word : {"title", "url", "author", "people", "review_pairs", "ann"}) {
    EXPECT_THAT(none, Not(HasSubstr(word)));
  }
}

TEST(Markdown, ShowsTextAsItIs) {
  EXPECT_EQ(markdown_text("fix: a-b"), "fix: a-b");
  EXPECT_EQ(markdown_text("<b>|[x](http://y) @ann #1"),
            "\\<b\\>\\|\\[x\\](http&#58;//y) &#64;ann \\#1");
  EXPECT_EQ(markdown_text("a\n\x1b\u202eb"), "a???b");
}

TEST(Markdown, SaysDurationsRoughly) {
  EXPECT_EQ(rough_duration(0), "0 min");
  EXPECT_EQ(rough_duration(2100), "35 min");
  EXPECT_EQ(rough_duration(11'520), "3.2 h");
  EXPECT_EQ(rough_duration(388'800), "4.5 days");
}

TEST(Markdown, HasATableAndALineForEachOpenOne) {
  Rows rows = small_rows();
  rows.pull_requests = {open_since("2026-01-12T00:00:00Z")};
  rows.pull_requests[0].title = "A | B";
  const std::string text = figures_as_markdown(rows, calculate_figures(rows));
  EXPECT_THAT(text, HasSubstr("| Opened | 1 | 0 | – |"));
  EXPECT_THAT(text, HasSubstr("| Cycle time, median | – | – | – |"));
  EXPECT_THAT(text, HasSubstr("- api#1 A \\| B, ann, 14.0 days\n"));
}

}  // namespace
}  // namespace github_stats
