// The part of the conformance suite about the table metrics. That its values are those of an
// independent calculation is shown by tests/metrics.test.js.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <random>

#include "testing/random_seed.h"
#include "testing/warehouse_suite.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using enum Stream;

constexpr int kRounds = 25;
constexpr int kPullRequestCount = 5;

TestRow merged(int64_t number, std::string_view author, std::string_view merged_at) {
  TestRow row(kPullRequests, number);
  row.set_text("author", author).set_text("state", "MERGED").set("opened_as_draft", "false");
  row.set_text("created_at", "2026-01-05T23:59:59Z");
  return row.set_text("merged_at", merged_at).set_text("closed_at", merged_at);
}

TestRow review(int64_t number, std::string_view id, std::string_view reviewer,
               std::string_view state) {
  TestRow row(kReviews, number, id);
  row.set_text("submitted_at", "2026-01-06T00:00:00Z");
  return row.set_text("reviewer", reviewer).set_text("state", state);
}

class RandomRows {
 public:
  RandomRows(uint32_t seed, int rounds) : random_(seed), rounds_(rounds) {}

  int below(int bound) { return std::uniform_int_distribution(0, bound - 1)(random_); }

  // Some pull requests of two repositories, as a collection in this round finds them. Halfway
  // "bolt" gets another name.
  std::vector<TestRow> collection(int round) {
    std::vector<TestRow> rows;
    for (const char* const name : {"anvil", "bolt"}) {
      const bool is_renamed = name == std::string_view("bolt") && round >= rounds_ / 2;
      for (int number = 0; number < kPullRequestCount; ++number) {
        if (below(3) == 0) {
          add_pull_request(number, is_renamed ? "cog" : name, fmt::format("{}/{}", name, number),
                           round, rows);
        }
      }
    }
    return rows;
  }

 private:
  std::string time() {
    return fmt::format("2026-01-0{}T{}Z", 1 + below(6), below(2) == 0 ? "00:00:00" : "23:59:59");
  }

  void set_person(TestRow& row, std::string_view column) {
    constexpr std::string_view kPeople[] = {"ann", "bob", "cid", "ci[bot]", "acme-ci"};
    const auto person = static_cast<size_t>(below(std::size(kPeople) + 1));
    if (person < std::size(kPeople)) {
      row.set_text(column, kPeople[person]);
    }
  }

  void set_times(TestRow& row, std::initializer_list<std::string_view> columns) {
    for (const std::string_view column : columns) {
      row.set_text(column, time());
    }
  }

  void add_pull_request(int number, std::string_view repo, std::string_view id, int round,
                        std::vector<TestRow>& rows) {
    TestRow row(kPullRequests, number);
    row.repo(repo).set_text("id", id).collected(round);
    row.set("opened_as_draft", below(2) == 0 ? "true" : "false");
    set_person(row, "author");
    set_times(row, {"created_at"});
    if (below(3) > 0) {
      set_times(row, {"closed_at", "ready_for_review_at"});
    }
    if (below(2) > 0) {
      set_times(row, {"merged_at", "closed_at"});
    }
    rows.push_back(row.set("additions", fmt::to_string(below(50))).set("deletions", "1"));
    for (const Stream stream : {kCommits, kReviews, kReviewComments, kIssueComments}) {
      for (int i = below(3); i > 0; --i) {
        TestRow detail(stream, number, fmt::format("{}-{}-{}", id, to_string(stream), i));
        set_times(detail, {stream == kCommits   ? "author_date"
                           : stream == kReviews ? "submitted_at"
                                                : "created_at"});
        set_person(detail, stream == kReviews ? "reviewer" : "author");
        rows.push_back(detail.repo(repo).collected(round));
      }
    }
  }

  std::mt19937 random_;
  const int rounds_;
};

}  // namespace

TEST_P(WarehouseSuite, CountsByDayInUtcAndByAuthor) {
  load({merged(1, "ann", "2026-01-06T00:00:00Z").set("additions", "3").set("deletions", "4"),
        merged(2, "ann", "2026-01-06T23:59:59Z").set("additions", "10").set("deletions", "0"),
        merged(3, "bob", "2026-01-07T00:00:00Z").without("merged_at").set_text("state", "CLOSED")});
  const auto updated = warehouse_.update_metrics(MetricsScope::kTouched);
  ASSERT_TRUE(updated) << updated.error().describe();
  EXPECT_EQ(updated->rows, 4);
  EXPECT_EQ(updated->days, 3);
  EXPECT_THAT(select("SELECT metric_date, author, prs_opened, prs_merged, prs_closed, additions, "
                     "deletions FROM metrics ORDER BY 1, 2"),
              ElementsAre("2026-01-05|ann|2|0|0|0|0", "2026-01-05|bob|1|0|0|0|0",
                          "2026-01-06|ann|0|2|0|13|4", "2026-01-07|bob|0|0|1|0|0"));
}

TEST_P(WarehouseSuite, HasNoSumOfWhatIsNotThereAndInterpolatesPercentiles) {
  load({merged(1, "ann", "2026-01-06T00:00:09Z"), merged(2, "ann", "2026-01-06T00:01:39Z")});
  ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kAll));
  EXPECT_THAT(select("SELECT cycle_seconds_sum, cycle_seconds_count, cycle_seconds_p50, "
                     "cycle_seconds_p90, coding_seconds_sum, coding_seconds_count, "
                     "coding_seconds_p50, size_lines_sum FROM metrics ORDER BY metric_date"),
              ElementsAre("null|0|null|null|null|0|null|null", "110|2|55.0|91.0|null|0|null|null"));
}

TEST_P(WarehouseSuite, CountsWhatIsGivenToOthersOnly) {
  load({merged(1, "ann", "2026-01-06T00:00:00Z"), merged(2, "", "2026-01-06T00:00:00Z"),
        review(1, "a", "bob", "APPROVED"), review(1, "b", "bob", "COMMENTED"),
        review(1, "c", "ann", "COMMENTED"), review(1, "d", "ci[bot]", "CHANGES_REQUESTED"),
        review(2, "e", "bob", "DISMISSED"), review(2, "f", "", "COMMENTED").without("reviewer")});
  ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kTouched));
  EXPECT_THAT(select("SELECT author, is_bot, reviews_given, reviews_approved, "
                     "reviews_changes_requested, reviews_commented, reviews_dismissed, "
                     "prs_reviewed, reviews_received FROM metrics "
                     "WHERE metric_date = DATE '2026-01-06' ORDER BY 1"),
              ElementsAre("|false|0|0|0|0|0|0|1", "ann|false|0|0|0|0|0|0|2",
                          "bob|false|3|1|0|1|1|2|0", "ci[bot]|true|1|0|1|0|0|1|0"));
}

TEST_P(WarehouseSuite, CountsACommitOfSeveralPullRequestsOnce) {
  std::vector<TestRow> rows;
  for (const int64_t number : {1, 2}) {
    rows.push_back(merged(number, "ann", "2026-01-06T00:00:00Z"));
    TestRow commit(kCommits, number, "same");
    rows.push_back(commit.set_text("author_date", "2026-01-03T10:00:00Z"));
  }
  load(rows);
  ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kTouched));
  EXPECT_THAT(select("SELECT author, commits FROM metrics WHERE metric_date = DATE '2026-01-03'"),
              ElementsAre("|1"));
}

TEST_P(WarehouseSuite, NamesTheLastOfTheCollectionsOfOneMoment) {
  for (const int64_t later : {1, 2}) {
    load({merged(later, "ann", "2026-01-06T00:00:00Z").set_text("collection_id", "b"),
          merged(3 - later, "ann", "2026-01-06T00:00:00Z").set_text("collection_id", "a")});
    ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kAll));
    EXPECT_THAT(select("SELECT DISTINCT collection_id FROM metrics"), ElementsAre("b"));
  }
}

TEST_P(WarehouseSuite, CalculatesNothingWhenNothingWasTouched) {
  load({merged(1, "ann", "2026-01-06T00:00:00Z")});
  ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kTouched));
  const auto again = warehouse_.update_metrics(MetricsScope::kTouched);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rows, 0);
  EXPECT_EQ(again->days, 0);
}

TEST_P(WarehouseSuite, CalculatesOnlyTheDaysThatWereTouched) {
  load({merged(1, "ann", "2026-01-06T00:00:00Z")});
  ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kTouched));
  load({merged(2, "bob", "2026-01-08T00:00:00Z")});
  const auto updated = warehouse_.update_metrics(MetricsScope::kTouched);
  ASSERT_TRUE(updated);
  EXPECT_EQ(updated->days, 2);  // that on which both were opened, and that of bob's merge
}

TEST_P(WarehouseSuite, CalculatesAllWhenBotsChange) {
  load({merged(1, "ann", "2026-01-06T00:00:00Z")});
  ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kTouched));
  ASSERT_TRUE(warehouse_.set_metrics_rules({.bot_logins = {"ANN"}}));
  ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kTouched));
  EXPECT_THAT(select("SELECT DISTINCT is_bot FROM metrics"), ElementsAre("true"));
  ASSERT_TRUE(warehouse_.set_metrics_rules({.bot_logins = {"ann"}}));
  const auto again = warehouse_.update_metrics(MetricsScope::kTouched);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rows, 0);
}

TEST_P(WarehouseSuite, UpdatesWhatWasTouchedAsIfAllWereCalculated) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  const int rounds = place_->rounds(kRounds);
  RandomRows random(seed, rounds);
  const std::string all = "SELECT * FROM metrics ORDER BY org, repo, metric_date, author";
  for (int round = 0; round < rounds; ++round) {
    SCOPED_TRACE(fmt::format("round {}", round));
    for (int loads = random.below(3); loads >= 0; --loads) {
      // Now and then an older collection comes after a newer one.
      load(random.collection(std::max(0, round - random.below(3))));
    }
    if (random.below(5) == 0) {
      ASSERT_TRUE(warehouse_.set_metrics_rules(
          {.bot_logins = random.below(2) == 0 ? std::vector<std::string>{"acme-ci"}
                                              : std::vector<std::string>()}));
    }
    ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kTouched));
    const auto touched = select(all);
    ASSERT_TRUE(warehouse_.update_metrics(MetricsScope::kAll));
    ASSERT_EQ(touched, select(all));
    ASSERT_THAT(touched, Not(IsEmpty()));
  }
}

}  // namespace github_stats
