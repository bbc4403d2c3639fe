#include "cli/run_summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "testing/temp_dir.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;

RunSummary some_summary() {
  RunSummary summary{.command = "collect",
                     .org = "ACME",
                     .started_at = *parse_time("2026-01-31T12:00:00Z"),
                     .ended_at = *parse_time("2026-01-31T12:00:42.5Z"),
                     .exit_code = 3};
  summary.usage = {.requests = 12, .points = 34};
  Checkpoint& checkpoint = summary.report.checkpoint;
  checkpoint.collection_id = "20260131T120000Z";
  checkpoint.org = "acme";
  for (const auto state : {RepositoryState::kDone, RepositoryState::kDone, RepositoryState::kFailed,
                           RepositoryState::kPending}) {
    RepositoryProgress& repository = checkpoint.repositories.emplace_back();
    repository.name = "r" + std::to_string(checkpoint.repositories.size());
    repository.state = state;
    repository.rows.fill(10);
  }
  checkpoint.repositories[2].error = "not \x1b[2J \"allowed\"";
  summary.report.selection.unchanged = 5;
  return summary;
}

simdjson::dom::element parsed(simdjson::dom::parser& parser, const RunSummary& summary) {
  const std::string text = encode_run_summary(summary);
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  return parser.parse(simdjson::padded_string(text));
}

std::string text_at(const simdjson::dom::element& json, const char* pointer) {
  return simdjson::minify(json.at_pointer(pointer).value());
}

TEST(RunSummary, TellsWhatARunCameTo) {
  simdjson::dom::parser parser;
  const auto json = parsed(parser, some_summary());
  for (const auto& [pointer, expected] : std::initializer_list<std::pair<const char*, const char*>>{
           {"/version", "1"},
           {"/command", "\"collect\""},
           {"/org", "\"acme\""},
           {"/collection_id", "\"20260131T120000Z\""},
           {"/started_at", "\"2026-01-31T12:00:00Z\""},
           {"/ended_at", "\"2026-01-31T12:00:42.500000Z\""},
           {"/exit_code", "3"},
           {"/failure", "null"},
           {"/repositories", R"({"done":2,"failed":1,"to_go":1,"unchanged":5,"hidden":0})"},
           {"/failed", R"([{"repo":"r3","reason":"not ?[2J \"allowed\""}])"},
           {"/collected/reviews", "40"},
           {"/github", R"({"requests":12,"points":34})"},
           {"/loaded", "null"},
       }) {
    EXPECT_EQ(text_at(json, pointer), expected) << pointer;
  }
}

TEST(RunSummary, TellsWhatWasLoaded) {
  RunSummary summary = some_summary();
  summary.loaded = LoadOutcome{.warehouse = "duckdb:x"};
  summary.loaded->report.chunks = 7;
  summary.loaded->report.rows[Stream::kCommits] = 70;
  summary.loaded->in_warehouse[Stream::kCommits] = 700;
  summary.loaded->report.failed.push_back({"web", "id", {ErrorCode::kDataLoss, "bad", "mend it"}});
  simdjson::dom::parser parser;
  const auto json = parsed(parser, summary);
  EXPECT_EQ(text_at(json, "/loaded/warehouse"), "\"duckdb:x\"");
  EXPECT_EQ(text_at(json, "/loaded/chunks"), "7");
  EXPECT_EQ(text_at(json, "/loaded/rows/commits"), "70");
  EXPECT_EQ(text_at(json, "/loaded/in_warehouse/commits"), "700");
  EXPECT_EQ(text_at(json, "/loaded/failed"), R"([{"repo":"web","reason":"bad; mend it"}])");
}

TEST(RunSummary, TellsOfARunThatFailedBeforeItBegan) {
  simdjson::dom::parser parser;
  const auto json = parsed(parser, {.command = "backfill",
                                    .org = "acme",
                                    .exit_code = 1,
                                    .failure = Error{ErrorCode::kUnavailable, "no answer", ""}});
  EXPECT_EQ(text_at(json, "/org"), "\"acme\"");
  EXPECT_EQ(text_at(json, "/collection_id"), "null");
  EXPECT_EQ(text_at(json, "/failure"), R"({"code":"unavailable","reason":"no answer"})");
}

class WholeFileTest : public testing::Test {
 protected:
  static std::string content(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(dir_.path())) {
      all.push_back(entry.path().filename());
    }
    return all;
  }

  TempDir dir_;
  const fs::path file_ = dir_.path() / "summary.json";
};

TEST_F(WholeFileTest, ReplacesWhatWasThere) {
  ASSERT_TRUE(write_whole_file(file_, "first, and longer"));
  ASSERT_TRUE(write_whole_file(file_, "second"));
  EXPECT_EQ(content(file_), "second");
  EXPECT_THAT(names(), testing::ElementsAre("summary.json"));
}

TEST_F(WholeFileTest, FollowsNoLinkAndTakesThePlaceOfWhatADeadProcessLeft) {
  std::ofstream(dir_.path() / "other") << "mine";
  fs::create_symlink("other", dir_.path() / ".summary.json.part");
  ASSERT_TRUE(write_whole_file(file_, "bytes"));
  EXPECT_EQ(content(dir_.path() / "other"), "mine");
  EXPECT_THAT(names(), testing::UnorderedElementsAre("summary.json", "other"));
}

TEST_F(WholeFileTest, WhenItFailsTheOldOneStays) {
  ASSERT_TRUE(write_whole_file(file_, "old"));
  fs::create_directories(dir_.path() / ".summary.json.part" / "in the way");
  const Status written = write_whole_file(file_, "new");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find("summary.json"), std::string::npos);
  EXPECT_EQ(content(file_), "old");
  EXPECT_FALSE(write_whole_file(dir_.path() / "missing" / "summary.json", "new"));
}

}  // namespace
}  // namespace github_stats
