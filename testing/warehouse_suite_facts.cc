// The part of the conformance suite about pull_request_facts: each rule of docs/metrics.md on cases
// whose values can be reckoned in one's head.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "testing/warehouse_suite.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using enum Stream;

// A time of 5 January 2026, "10:00:30".
std::string at(std::string_view time) { return fmt::format("2026-01-05T{}Z", time); }

// Opened by ann at 10:00, and merged by her at 18:00 unless told otherwise.
TestRow pull_request() {
  TestRow row(kPullRequests, 1);
  row.set_text("author", "ann").set_text("author_type", "User").set_text("state", "MERGED");
  row.set_text("created_at", at("10:00:00")).set_text("merged_by", "ann");
  row.set_text("closed_at", at("18:00:00")).set_text("merged_at", at("18:00:00"));
  return row.set("opened_as_draft", "false").set("additions", "30").set("deletions", "20");
}

TestRow unmerged(std::string_view state) {
  TestRow row = pull_request();
  row.without("merged_at").without("merged_by").set_text("state", state);
  return state == "OPEN" ? row.without("closed_at") : row;
}

TestRow draft(std::string_view ready) {
  TestRow row = pull_request();
  return row.set("opened_as_draft", "true").set_text("ready_for_review_at", at(ready));
}

TestRow commit(std::string_view time, std::string_view sha = "c") {
  TestRow row(kCommits, 1, sha);
  return row.set_text("author_date", at(time)).set_text("author", "ann");
}

TestRow review(std::string_view time, std::string_view reviewer, std::string_view state) {
  TestRow row(kReviews, 1, fmt::format("{}-{}", time, reviewer));
  row.set_text("submitted_at", at(time)).set_text("reviewer", reviewer).set_text("state", state);
  return row.set_text("reviewer_type", "User");
}

TestRow comment(Stream stream, std::string_view time, std::string_view author) {
  TestRow row(stream, 1, fmt::format("{}-{}", time, author));
  return row.set_text("created_at", at(time)).set_text("author", author);
}

constexpr std::string_view kPhases =
    "coding_seconds, coding_clamped, pickup_seconds, review_seconds, rework_seconds, "
    "merge_seconds, cycle_seconds, open_to_merge_seconds";

constexpr std::string_view kFirsts = "first_response_at, first_review_at, first_approval_at";

// Hours and minutes, where a time of that day stands.
std::string shortened(std::string text) {
  for (const std::string_view left_out : {"2026-01-05T", ":00Z"}) {
    for (size_t i = text.find(left_out); i != std::string::npos; i = text.find(left_out)) {
      text.erase(i, left_out.size());
    }
  }
  return text;
}

}  // namespace

std::string FactsSuite::facts(const std::vector<TestRow>& rows, std::string_view columns) {
  load(rows);
  const auto found = select(fmt::format("SELECT {} FROM pull_request_facts", columns));
  EXPECT_EQ(found.size(), 1U);
  return found.empty() ? "" : found[0];
}

std::string FactsSuite::phases(const std::vector<TestRow>& rows) { return facts(rows, kPhases); }

std::string FactsSuite::firsts(const std::vector<TestRow>& rows) {
  return shortened(facts(rows, kFirsts));
}

TEST_P(WarehouseSuite, HasViewsWithTheColumnsTheyAreDescribedBy) {
  for (const View& view : views()) {
    const auto result = warehouse_.query(fmt::format("SELECT * FROM {} LIMIT 1", view.name));
    ASSERT_TRUE(result) << result.error().describe();
    std::vector<std::string> found;
    for (const QueryColumn& column : result->columns) {
      found.push_back(column.name);
    }
    std::vector<std::string> described;
    for (const Column& column : view.columns) {
      described.emplace_back(column.name);
    }
    EXPECT_EQ(found, described) << view.name;
  }
}

TEST_P(FactsSuite, DividesTheCycleIntoPhases) {
  EXPECT_EQ(phases({pull_request(), commit("09:30:00"), commit("12:00:00", "d"),
                    review("11:00:00", "bob", "COMMENTED"), review("15:00:00", "bob", "APPROVED")}),
            "1800|false|3600|25200|14400|10800|30600|28800");
}

TEST_P(FactsSuite, KnowsNoPhaseThatIsNotThereAndNeverCallsItZero) {
  EXPECT_EQ(phases({pull_request()}), "null|null|null|null|null|null|28800|28800");
}

TEST_P(FactsSuite, MeasuresAnUnmergedPullRequestUpToItsReview) {
  EXPECT_EQ(phases({unmerged("CLOSED"), commit("09:00:00"), review("11:00:00", "bob", "APPROVED")}),
            "3600|false|3600|null|0|null|null|null");
}

TEST_P(FactsSuite, CutsCodingOffAtZeroAfterAForcePush) {
  EXPECT_EQ(phases({pull_request(), commit("11:00:00"), review("12:00:00", "bob", "APPROVED")}),
            "0|true|7200|21600|0|21600|28800|28800");
}

TEST_P(FactsSuite, TakesTheAuthorDateOfACommitThatWasRebased) {
  EXPECT_EQ(facts({pull_request(), commit("08:00:00").set_text("commit_date", at("17:00:00"))},
                  "first_commit_at"),
            at("08:00:00"));
}

TEST_P(FactsSuite, CountsWholeSecondsAndWholeSecondsOnly) {
  const std::vector<TestRow> rows = {pull_request()
                                         .set_text("created_at", "2026-01-05T10:00:00.900000Z")
                                         .set_text("closed_at", "2026-01-05T18:00:00.100001Z")
                                         .set_text("merged_at", "2026-01-05T18:00:00.100001Z"),
                                     commit("09:59:59"), review("11:00:00", "bob", "APPROVED")};
  EXPECT_EQ(phases(rows), "1|false|3599|25200|0|25200|28801|28799");
}

TEST_P(FactsSuite, TakesSomeMicrosecondsForNoSecond) {
  const std::vector<TestRow> rows = {pull_request()
                                         .set_text("created_at", "2026-01-05T10:00:00.999999Z")
                                         .set_text("closed_at", "2026-01-05T10:00:01.999998Z")
                                         .set_text("merged_at", "2026-01-05T10:00:01.999998Z"),
                                     review("10:00:01.500000", "bob", "APPROVED")};
  EXPECT_EQ(phases(rows), "null|null|0|0|0|0|0|0");
}

TEST_P(FactsSuite, BeginsADraftWhenItWasReady) {
  EXPECT_EQ(phases({draft("12:00:00"), commit("09:00:00"), review("13:00:00", "bob", "APPROVED")}),
            "10800|false|3600|18000|0|18000|32400|21600");
}

TEST_P(FactsSuite, BeginsWhatBecameADraftLaterWhenItWasOpened) {
  EXPECT_EQ(facts({pull_request().set_text("ready_for_review_at", at("12:00:00"))}, "ready_at"),
            at("10:00:00"));
}

TEST_P(FactsSuite, GivesADraftThatNeverWasReadyNothingThatNeedsReadiness) {
  TestRow row = pull_request().set("opened_as_draft", "true");
  EXPECT_EQ(phases({row, commit("09:00:00"), review("11:00:00", "bob", "APPROVED")}),
            "null|null|null|null|null|25200|32400|null");
}

TEST_P(FactsSuite, CountsFeedbackOnADraftWhenItWasReadyIfThereWasNoneLater) {
  EXPECT_EQ(firsts({draft("12:00:00"), review("11:00:00", "bob", "COMMENTED")}),
            "12:00|12:00|null");
}

TEST_P(FactsSuite, PrefersFeedbackGivenWhenItWasReady) {
  EXPECT_EQ(firsts({draft("12:00:00"), review("11:00:00", "bob", "COMMENTED"),
                    comment(kIssueComments, "14:00:00", "cid"),
                    comment(kReviewComments, "15:00:00", "cid")}),
            "14:00|15:00|null");
}

TEST_P(FactsSuite, HasNoReworkWhenItWasApprovedBeforeItWasReviewedAsReady) {
  EXPECT_EQ(phases({draft("12:00:00"), review("11:00:00", "bob", "APPROVED"),
                    review("13:00:00", "cid", "COMMENTED")}),
            "null|null|3600|18000|null|25200|21600|21600");
}

TEST_P(FactsSuite, LeavesOutSpansThatWouldBeNegative) {
  EXPECT_EQ(phases({draft("19:00:00"), commit("18:30:00"), review("11:00:00", "bob", "COMMENTED")}),
            "1800|false|null|null|null|null|null|null");
}

TEST_P(FactsSuite, TakesOnlyOtherHumansForReviewers) {
  EXPECT_EQ(firsts({pull_request(), review("11:00:00", "ann", "COMMENTED"),
                    review("11:10:00", "renovate[bot]", "APPROVED"),
                    review("11:20:00", "copilot", "APPROVED").set_text("reviewer_type", "Bot"),
                    comment(kReviewComments, "11:30:00", "ann"),
                    comment(kIssueComments, "11:40:00", "CI[bot]")}),
            "null|null|null");
}

TEST_P(FactsSuite, TakesNoHumanForABotBecauseOfHisName) {
  EXPECT_EQ(firsts({pull_request(), review("11:00:00", "abbott", "APPROVED"),
                    review("11:10:00", "robot-fan", "APPROVED")}),
            "11:00|11:00|11:00");
}

TEST_P(FactsSuite, TakesForBotsWhomTheRulesName) {
  ASSERT_TRUE(warehouse_.set_metrics_rules({.bot_logins = {"Acme-CI", "it's"}}));
  EXPECT_EQ(firsts({pull_request(), review("11:00:00", "acme-ci", "APPROVED"),
                    review("11:10:00", "IT'S", "APPROVED")}),
            "null|null|null");
  ASSERT_TRUE(warehouse_.set_metrics_rules({}));
  EXPECT_THAT(select("SELECT count(first_approval_at) FROM pull_request_facts"), ElementsAre("1"));
}

TEST_P(FactsSuite, FlagsPullRequestsOfBots) {
  ASSERT_TRUE(warehouse_.set_metrics_rules({.bot_logins = {"acme-ci"}}));
  const auto is_bot = [&](const TestRow& row) { return facts({row}, "is_bot"); };
  EXPECT_EQ(is_bot(pull_request()), "false");
  EXPECT_EQ(is_bot(pull_request().set_text("author", "renovate[bot]")), "true");
  EXPECT_EQ(is_bot(pull_request().set_text("author_type", "Bot")), "true");
  EXPECT_EQ(is_bot(pull_request().set_text("author", "ACME-ci")), "true");
  EXPECT_EQ(is_bot(pull_request().without("author").without("author_type")), "false");
}

TEST_P(FactsSuite, CountsAReviewInTheSecondOfTheMergeAndNoneAfter) {
  EXPECT_EQ(phases({pull_request(), review("18:00:00", "bob", "APPROVED")}),
            "null|null|28800|0|0|0|28800|28800");
  EXPECT_EQ(phases({pull_request(), review("18:00:01", "bob", "APPROVED")}),
            "null|null|null|null|null|null|28800|28800");
}

TEST_P(FactsSuite, WaitsForTheLastCloseOfWhatWasReopened) {
  EXPECT_EQ(firsts({unmerged("OPEN"), review("19:00:00", "bob", "APPROVED")}), "19:00|19:00|19:00");
  EXPECT_EQ(firsts({unmerged("CLOSED"), review("19:00:00", "bob", "APPROVED")}), "null|null|null");
}

TEST_P(FactsSuite, TakesADeletedAccountForAnotherUnlessTheAuthorIsGoneToo) {
  const TestRow gone = review("11:00:00", "", "APPROVED").without("reviewer");
  EXPECT_EQ(firsts({pull_request(), gone}), "11:00|11:00|11:00");
  EXPECT_EQ(firsts({pull_request().without("author"), gone}), "null|null|null");
}

TEST_P(FactsSuite, TakesOnlyApprovalsForApprovals) {
  EXPECT_EQ(firsts({pull_request(), review("11:00:00", "bob", "DISMISSED"),
                    review("12:00:00", "bob", "CHANGES_REQUESTED"),
                    review("13:00:00", "cid", "APPROVED")}),
            "11:00|11:00|13:00");
}

TEST_P(FactsSuite, MeasuresSizeAndDepthOfReview) {
  constexpr std::string_view kColumns =
      "size_lines, review_depth, review_depth_per_100_lines, reviewers, review_rounds";
  TestRow spoken = review("12:00:00", "bob", "COMMENTED").set_text("body", "Why?");
  const TestRow blank = review("13:00:00", "cid", "APPROVED").set_text("body", " \r\n\t");
  EXPECT_EQ(
      facts(
          {pull_request(), spoken.set_text("commit_sha", "a"), blank,
           comment(kReviewComments, "12:00:00", "bob"), comment(kReviewComments, "12:30:00", "ann"),
           comment(kReviewComments, "19:00:00", "cid"), comment(kIssueComments, "12:40:00", "dan")},
          kColumns),
      "50|2|4.0|2|2");
  EXPECT_EQ(facts({pull_request().set("additions", "0").set("deletions", "0")}, kColumns),
            "0|0|null|0|0");
  EXPECT_EQ(facts({pull_request().without("deletions")}, kColumns), "null|0|null|0|0");
}

TEST_P(FactsSuite, TakesOnlySpacesTabsAndLineEndsForBlanks) {
  for (const auto& [body, depth] : {std::pair("\t\n \r", "0"), std::pair("\u00a0", "1"),
                                    std::pair("\u3000", "1"), std::pair("\\t", "1")}) {
    EXPECT_EQ(facts({pull_request(), review("12:00:00", "bob", "COMMENTED").set_text("body", body)},
                    "review_depth"),
              depth);
  }
}

TEST_P(FactsSuite, TakesARowsWordForWhetherItHadAText) {
  const TestRow dropped = review("11:00:00", "bob", "COMMENTED").set("body", "null");
  const TestRow older = review("12:00:00", "cid", "COMMENTED").set_text("body", "Why?");
  EXPECT_EQ(facts({pull_request(), TestRow(dropped).set("has_text", "true")}, "review_depth"), "1");
  EXPECT_EQ(facts({pull_request(), TestRow(dropped).set("has_text", "false")}, "review_depth"),
            "0");
  EXPECT_EQ(facts({pull_request(), TestRow(older).set("has_text", "null")}, "review_depth"), "1");
  EXPECT_EQ(facts({pull_request(), TestRow(dropped).set("has_text", "null")}, "review_depth"), "0");
}

TEST_P(FactsSuite, CountsRoundsByTheCommitThatWasReviewed) {
  EXPECT_EQ(
      facts({pull_request(), review("11:00:00", "bob", "COMMENTED").set_text("commit_sha", "a"),
             review("12:00:00", "cid", "COMMENTED").set_text("commit_sha", "a"),
             review("13:00:00", "bob", "APPROVED").set_text("commit_sha", "b")},
            "review_rounds"),
      "2");
}

TEST_P(FactsSuite, CountsCommitsWrittenAfterTheFirstReview) {
  const std::vector<TestRow> commits = {commit("09:00:00", "a"), commit("11:00:00", "b"),
                                        commit("12:00:00", "c"), commit("19:00:00", "d")};
  std::vector<TestRow> rows = commits;
  rows.push_back(pull_request());
  EXPECT_EQ(facts(rows, "commits_after_first_review"), "null");
  rows.push_back(review("11:00:00", "bob", "COMMENTED"));
  EXPECT_EQ(facts(rows, "commits_after_first_review"), "1");
}

TEST_P(FactsSuite, TellsMergesWithoutApprovalAndWithoutReview) {
  const auto merge = [&](const std::vector<TestRow>& rows) {
    return facts(rows, "self_merged, unreviewed");
  };
  const TestRow by_other = pull_request().set_text("merged_by", "bob");
  EXPECT_EQ(merge({pull_request()}), "true|true");
  EXPECT_EQ(merge({by_other}), "false|true");
  EXPECT_EQ(merge({pull_request(), review("11:00:00", "bob", "COMMENTED")}), "true|false");
  EXPECT_EQ(merge({pull_request(), review("11:00:00", "bob", "APPROVED")}), "false|false");
  EXPECT_EQ(merge({pull_request(), review("11:00:00", "ci[bot]", "APPROVED")}), "true|true");
  EXPECT_EQ(merge({pull_request(), comment(kIssueComments, "11:00:00", "bob")}), "true|true");
  EXPECT_EQ(merge({pull_request().without("author").without("merged_by")}), "false|true");
  EXPECT_EQ(merge({unmerged("CLOSED")}), "null|null");
}

TEST_P(FactsSuite, CallsStaleWhatIsOpenWithoutHumanActivity) {
  const auto stale = [&](const std::vector<TestRow>& rows) { return facts(rows, "stale"); };
  // What happens in the far future is less than 14 days ago.
  const TestRow now =
      comment(kIssueComments, "11:00:00", "ann").set_text("created_at", "2500-01-01T00:00:00Z");
  TestRow by_bot = now;
  by_bot.set_text("author", "ci[bot]");
  const TestRow old = unmerged("OPEN").set_text("created_at", "2000-01-01T00:00:00Z");
  EXPECT_EQ(stale({old}), "true");
  EXPECT_EQ(stale({old, now}), "false");
  EXPECT_EQ(stale({old, by_bot}), "true");
  EXPECT_EQ(stale({unmerged("CLOSED").set_text("created_at", "2000-01-01T00:00:00Z")}), "false");
  load({old});
  ASSERT_TRUE(warehouse_.set_metrics_rules({.stale_after_days = 36'500}));
  EXPECT_THAT(select("SELECT stale FROM pull_request_facts"), ElementsAre("false"));
}

}  // namespace github_stats
