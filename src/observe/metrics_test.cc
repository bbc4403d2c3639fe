#include "observe/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "testing/fake_clock.h"

namespace github_stats {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  // The value of each series, by its name and labels as written.
  std::map<std::string, double> series() {
    std::map<std::string, double> found;
    std::istringstream lines(metrics_.text());
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with('#')) {
        const size_t blank = line.rfind(' ');
        EXPECT_TRUE(found.emplace(line.substr(0, blank), std::stod(line.substr(blank + 1))).second)
            << "twice: " << line;
      }
    }
    return found;
  }
  double value(const std::string& name) { return series().at("github_stats_" + name); }
  bool is_there(const std::string& name) { return series().contains("github_stats_" + name); }

  static CollectedSoFar so_far(int64_t each) {
    CollectedSoFar all{.chunks_written = each,
                       .bytes_written = each,
                       .chunks_loaded = each,
                       .requests = each,
                       .points = each};
    all.rows_collected.fill(each);
    all.rows_loaded.fill(each);
    all.answers["answered"] = each;
    return all;
  }

  FakeClock clock_;
  Metrics metrics_{clock_, "1.2.3"};
  OrgMetrics& acme_ = metrics_.of("acme");
};

TEST_F(MetricsTest, TellTheVersion) { EXPECT_EQ(value("build_info{version=\"1.2.3\"}"), 1); }

TEST_F(MetricsTest, BeginAtNothingWhereThatIsKnown) {
  for (const std::string name :
       {"runs_total{org=\"acme\",result=\"failed\"}",
        "errors_total{code=\"unavailable\",org=\"acme\"}",
        "rows_collected_total{org=\"acme\",stream=\"reviews\"}",
        "github_points_total{org=\"acme\"}", "run_in_progress{org=\"acme\"}",
        "run_duration_seconds_count{org=\"acme\",result=\"done\"}"}) {
    ASSERT_TRUE(is_there(name)) << name << "\n" << metrics_.text();
    EXPECT_EQ(value(name), 0) << name;
  }
  for (const std::string name :
       {"lag_seconds", "last_run_timestamp_seconds", "next_run_timestamp_seconds",
        "last_success_timestamp_seconds", "github_points_remaining"}) {
    EXPECT_THAT(metrics_.text(), Not(HasSubstr(name))) << "nothing is known of it";
  }
}

TEST_F(MetricsTest, CountWhatComesAndNeverGoBack) {
  acme_.collected(so_far(3));
  acme_.collected(so_far(7));
  acme_.collected(so_far(5));  // an observer that is late
  acme_.collected(so_far(8));
  acme_.collection_begins();
  acme_.collected(so_far(4));
  for (const std::string name :
       {"rows_collected_total{org=\"acme\",stream=\"pull_requests\"}",
        "rows_loaded_total{org=\"acme\",stream=\"issue_comments\"}",
        "chunks_written_total{org=\"acme\"}", "written_bytes_total{org=\"acme\"}",
        "chunks_loaded_total{org=\"acme\"}", "github_requests_total{org=\"acme\"}",
        "github_points_total{org=\"acme\"}",
        "github_answers_total{kind=\"answered\",org=\"acme\"}"}) {
    EXPECT_EQ(value(name), 8 + 4) << name;
  }
}

TEST_F(MetricsTest, TellHowRunsEnd) {
  const Time at = clock_.now();
  acme_.run_started();
  EXPECT_EQ(value("run_in_progress{org=\"acme\"}"), 1);
  acme_.run_ended({RunResult::kDone, at, seconds(20), at - minutes(1)});
  acme_.failed(ErrorCode::kUnavailable);
  acme_.run_ended({RunResult::kFailed, at + minutes(9), minutes(2), std::nullopt});
  EXPECT_EQ(value("run_in_progress{org=\"acme\"}"), 0);
  EXPECT_EQ(value("runs_total{org=\"acme\",result=\"done\"}"), 1);
  EXPECT_EQ(value("runs_total{org=\"acme\",result=\"failed\"}"), 1);
  EXPECT_EQ(value("errors_total{code=\"unavailable\",org=\"acme\"}"), 1);
  EXPECT_EQ(value("run_duration_seconds_sum{org=\"acme\",result=\"failed\"}"), 120);
  EXPECT_EQ(value("run_duration_seconds_bucket{org=\"acme\",result=\"done\",le=\"15\"}"), 0);
  EXPECT_EQ(value("run_duration_seconds_bucket{org=\"acme\",result=\"done\",le=\"60\"}"), 1);
  EXPECT_EQ(value("last_success_timestamp_seconds{org=\"acme\"}"), 1'769'860'800);
  EXPECT_EQ(value("last_run_timestamp_seconds{org=\"acme\"}"), 1'769'860'800 + 540);
}

TEST_F(MetricsTest, LagGrowsUntilARunGetsThrough) {
  acme_.run_ended({RunResult::kFailed, clock_.now(), seconds(1), clock_.now()});
  EXPECT_FALSE(is_there("lag_seconds{org=\"acme\"}"));
  acme_.run_ended({RunResult::kDone, clock_.now(), seconds(1), clock_.now() - seconds(30)});
  EXPECT_EQ(value("lag_seconds{org=\"acme\"}"), 30);
  clock_.advance(minutes(5));
  EXPECT_EQ(value("lag_seconds{org=\"acme\"}"), 330);
  acme_.run_ended({RunResult::kFailed, clock_.now(), seconds(1), clock_.now()});
  EXPECT_EQ(value("lag_seconds{org=\"acme\"}"), 330);
  acme_.run_ended({RunResult::kPartly, clock_.now(), seconds(1), clock_.now() + seconds(2)});
  EXPECT_EQ(value("lag_seconds{org=\"acme\"}"), 0) << "GitHub's clock may be ahead";
}

TEST_F(MetricsTest, TellOfTokensByTheirPlace) {
  acme_.tokens(
      {TokenNow{4'321, clock_.now() + minutes(10)}, std::nullopt, TokenNow{7, std::nullopt}});
  EXPECT_EQ(value("github_points_remaining{org=\"acme\",token=\"0\"}"), 4'321);
  EXPECT_EQ(value("github_points_reset_timestamp_seconds{org=\"acme\",token=\"0\"}"),
            1'769'860'800 + 600);
  EXPECT_FALSE(is_there("github_points_remaining{org=\"acme\",token=\"1\"}"));
  EXPECT_EQ(value("github_points_remaining{org=\"acme\",token=\"2\"}"), 7);
  EXPECT_FALSE(is_there("github_points_reset_timestamp_seconds{org=\"acme\",token=\"2\"}"));
}

TEST_F(MetricsTest, TellOfRepositoriesAndWhatIsAhead) {
  acme_.repositories({.done = 5, .failed = 1, .to_go = 2});
  acme_.incomplete_pull_requests(3);
  acme_.next_run_due(clock_.now() + seconds(90));
  acme_.told_of_failure(true);
  acme_.told_of_failure(false);
  EXPECT_EQ(value("repositories{org=\"acme\",state=\"done\"}"), 5);
  EXPECT_EQ(value("repositories{org=\"acme\",state=\"failed\"}"), 1);
  EXPECT_EQ(value("repositories{org=\"acme\",state=\"to_go\"}"), 2);
  EXPECT_EQ(value("incomplete_pull_requests{org=\"acme\"}"), 3);
  EXPECT_EQ(value("next_run_timestamp_seconds{org=\"acme\"}"), 1'769'860'890);
  EXPECT_EQ(value("failure_notices_total{org=\"acme\",result=\"delivered\"}"), 1);
  EXPECT_EQ(value("failure_notices_total{org=\"acme\",result=\"failed\"}"), 1);
}

TEST_F(MetricsTest, KeepOrganisationsApart) {
  OrgMetrics& other = metrics_.of("other");
  EXPECT_EQ(&metrics_.of("acme"), &acme_);
  acme_.collected(so_far(5));
  other.collected(so_far(2));
  EXPECT_EQ(value("github_points_total{org=\"acme\"}"), 5);
  EXPECT_EQ(value("github_points_total{org=\"other\"}"), 2);
}

TEST_F(MetricsTest, ExplainEveryFamilyAndKeepToTheRulesForNames) {
  acme_.collected(so_far(1));
  acme_.tokens({TokenNow{1, clock_.now()}});
  acme_.run_ended({RunResult::kDone, clock_.now(), seconds(1), clock_.now()});
  acme_.next_run_due(clock_.now());
  acme_.repositories({});
  acme_.incomplete_pull_requests(0);
  acme_.told_of_failure(true);
  std::istringstream lines(metrics_.text());
  std::set<std::string> explained;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string hash;
    std::string what;
    std::string name;
    std::string type;
    words >> hash >> what >> name >> type;
    if (what == "HELP") {
      EXPECT_TRUE(line.ends_with('.')) << line;
      explained.insert(name);
    } else if (what == "TYPE") {
      EXPECT_TRUE(explained.contains(name)) << line;
      EXPECT_EQ(name.ends_with("_total"), type == "counter") << line;
    }
  }
  EXPECT_EQ(explained.size(), 22U);
}

TEST_F(MetricsTest, MayBeReadWhileTheyChange) {
  std::jthread writer([this] {
    for (int64_t i = 1; i <= 500; ++i) {
      metrics_.of("acme").collected(so_far(i));
      metrics_.of("other").run_ended({RunResult::kDone, clock_.now(), seconds(1), clock_.now()});
      metrics_.of("acme").tokens({TokenNow{i, clock_.now()}});
    }
  });
  double last = 0;
  for (int i = 0; i < 50; ++i) {
    const double now = value("github_points_total{org=\"acme\"}");
    EXPECT_GE(now, last);
    last = now;
  }
  writer.join();
  EXPECT_EQ(value("github_points_total{org=\"acme\"}"), 500);
}

}  // namespace
}  // namespace github_stats
