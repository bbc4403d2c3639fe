#include "testing/warehouse_suite.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "base/gzip.h"
#include "base/json_writer.h"
#include "store/keys.h"

namespace github_stats {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using enum Stream;

namespace {

constexpr std::string_view kSecret = "CONFIDENTIAL";
constexpr const char* kCollection = "20260101T000000Z";

std::string_view mark_column(Stream stream) {
  return stream == kPullRequests ? "title" : stream == kCommits ? "message" : "body";
}

std::string_view id_column(Stream stream) { return stream == kCommits ? "sha" : "id"; }

}  // namespace

TestRow::TestRow(Stream stream, int64_t pull_request, std::string_view id)
    : stream_(stream), pull_request_(pull_request) {
  for (const Column& column : table_of(stream).columns) {
    if (column.required && column.type == ColumnType::kTimestamp) {
      set_text(column.name, "2026-01-01T12:00:00Z");
    } else if (column.required) {
      set_text(column.name, "x");
    }
  }
  set_text("org", "acme").repo("anvil").set_text("collection_id", kCollection);
  set(pull_request_column(stream), fmt::to_string(pull_request));
  if (stream != kPullRequests) {
    set_text(id_column(stream), id);
  }
  collected(0).marked("");
}

TestRow& TestRow::repo(std::string_view repo) {
  if (stream_ == kPullRequests) {
    set_text("id", fmt::format("{}/{}", repo, pull_request_));
  }
  return set_text("repo", repo);
}

TestRow& TestRow::set(std::string_view column, std::string_view json) {
  fields_.insert_or_assign(std::string(column), std::string(json));
  return *this;
}

TestRow& TestRow::set_text(std::string_view column, std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return set(column, json);
}

TestRow& TestRow::without(std::string_view column) {
  fields_.erase(std::string(column));
  return *this;
}

TestRow& TestRow::collected(int minute) {
  return set_text("collected_at",
                  fmt::format("2026-02-01T{:02}:{:02}:00Z", minute / 60, minute % 60));
}

TestRow& TestRow::marked(std::string_view mark) { return set_text(mark_column(stream_), mark); }

std::string TestRow::line() const {
  std::string line;
  JsonWriter writer(line);
  writer.begin_object();
  for (const auto& [name, json] : fields_) {
    writer.key(name).raw(json);
  }
  writer.end_object();
  return line + '\n';
}

void WarehouseSuite::SetUp() {
  const Status status = warehouse_.init();
  ASSERT_TRUE(status) << status.error().describe();
}

ChunkToLoad WarehouseSuite::chunk(Stream stream, std::string_view bytes, bool compressed) {
  const ChunkKey key{"acme",      "anvil",        stream,    "2026-01-01",
                     kCollection, chunk_count_++, compressed};
  const std::string name = fmt::format("chunk_{}.json{}", key.number, compressed ? ".gz" : "");
  return {stream, key.to_string(), place_->keep_chunk(name, bytes)};
}

std::vector<ChunkToLoad> WarehouseSuite::chunks(const std::vector<TestRow>& rows) {
  std::vector<ChunkToLoad> made;
  for (const Stream stream : kStreams) {
    std::string bytes;
    for (const TestRow& row : rows) {
      bytes += row.stream() == stream ? row.line() : "";
    }
    if (!bytes.empty()) {
      made.push_back(chunk(stream, bytes));
    }
  }
  return made;
}

Result<StreamCounts> WarehouseSuite::load(std::vector<ChunkToLoad> loaded) {
  return warehouse_.load({"acme", std::move(loaded), *parse_time("2026-02-02T00:00:00Z")});
}

void WarehouseSuite::load(const std::vector<TestRow>& rows) {
  const auto counts = load(chunks(rows));
  ASSERT_TRUE(counts) << counts.error().describe();
  EXPECT_EQ(counts->total(), static_cast<int64_t>(rows.size()));
}

bool WarehouseSuite::is_loaded(const std::string& key) {
  const auto chunk = parse_chunk_key(key);
  const auto loaded = warehouse_.loaded_chunks("acme");
  EXPECT_TRUE(chunk && loaded) << key;
  return chunk && loaded &&
         loaded->contains(chunk->repo, chunk->collection_id, chunk->stream, chunk->number);
}

std::vector<std::string> WarehouseSuite::select(std::string_view sql) {
  const auto result = warehouse_.query(sql);
  if (!result) {
    ADD_FAILURE() << sql << ": " << result.error().describe();
    return {};
  }
  std::vector<std::string> rows;
  for (const auto& row : result->rows) {
    std::string text;
    for (size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : "|") + row[i].value_or("null");
    }
    rows.push_back(std::move(text));
  }
  return rows;
}

std::vector<std::string> WarehouseSuite::contents() {
  std::vector<std::string> all;
  for (const Stream stream : kStreams) {
    const bool is_detail = stream != kPullRequests;
    const auto result =
        warehouse_.query(fmt::format("SELECT repo, {}, {}, {} FROM {}", pull_request_column(stream),
                                     id_column(stream), mark_column(stream), to_string(stream)));
    if (!result) {
      ADD_FAILURE() << result.error().describe();
      return {};
    }
    for (const auto& row : result->rows) {
      const std::string id =
          is_detail ? fmt::format(" {}:{}", to_string(stream), row[2].value_or("null")) : "";
      all.push_back(fmt::format("{}/{}{} {}", row[0].value_or("null"), row[1].value_or("null"), id,
                                row[3].value_or("null")));
    }
  }
  std::ranges::sort(all);
  return all;
}

TEST_P(WarehouseSuite, CanBeInitialisedAgain) {
  load({TestRow(kPullRequests, 1).marked("kept")});
  EXPECT_TRUE(warehouse_.init());
  EXPECT_TRUE(warehouse_.init());
  EXPECT_THAT(contents(), ElementsAre("anvil/1 kept"));
}

TEST_P(WarehouseSuite, HasEveryTableAndColumn) {
  for (const Table& table : tables()) {
    const auto result = warehouse_.query(fmt::format("SELECT * FROM {}", table.name));
    ASSERT_TRUE(result) << result.error().describe();
    std::vector<std::string> names;
    for (const QueryColumn& column : result->columns) {
      names.push_back(column.name);
    }
    std::vector<std::string> expected;
    for (const Column& column : table.columns) {
      expected.emplace_back(column.name);
    }
    EXPECT_EQ(names, expected) << table.name;
    EXPECT_THAT(result->rows, IsEmpty());
  }
}

TEST_P(WarehouseSuite, AddsAColumnThatATableLacks) {
  load({TestRow(kPullRequests, 1).marked("old").set("labels", R"(["bug"])")});
  select("ALTER TABLE pull_requests DROP COLUMN opened_as_draft");
  select("ALTER TABLE pull_requests DROP COLUMN labels");
  ASSERT_TRUE(warehouse_.init());
  load({TestRow(kPullRequests, 2).set("opened_as_draft", "true").set("labels", R"(["new"])")});
  EXPECT_THAT(select("SELECT number, opened_as_draft, labels FROM pull_requests ORDER BY number"),
              ElementsAre("1|null|[]", R"(2|true|["new"])"));
}

TEST_P(WarehouseSuite, KeepsAColumnThatItDoesNotKnow) {
  select("ALTER TABLE pull_requests ADD COLUMN later INT64");
  ASSERT_TRUE(warehouse_.init());
  load({TestRow(kPullRequests, 1).marked("a").set("unknown", "1")});
  load({TestRow(kPullRequests, 1).collected(1).marked("b").set("unknown", "[]")});
  EXPECT_THAT(select("SELECT title, later FROM pull_requests"), ElementsAre("b|null"));
}

TEST_P(WarehouseSuite, NamesATableThatItCannotUse) {
  select("DROP TABLE reviews");
  select("CREATE TABLE reviews (org INT64)");
  const Status status = warehouse_.init();
  EXPECT_EQ(outcome(status), "precondition_failed");
  EXPECT_THAT(status.error().message, HasSubstr("reviews"));
}

TEST_P(WarehouseSuite, NamesATableThatLacksAKey) {
  select("DROP TABLE commits");
  select("CREATE TABLE commits (message INT64)");
  const Status status = warehouse_.init();
  EXPECT_EQ(outcome(status), "precondition_failed");
  EXPECT_THAT(status.error().message, HasSubstr("commits"));
}

TEST_P(WarehouseSuite, AsksForInitWhenATableIsMissing) {
  select("DROP TABLE commits");
  const auto loaded = load(chunks({TestRow(kPullRequests, 1)}));
  ASSERT_EQ(outcome(loaded), "precondition_failed");
  EXPECT_THAT(loaded.error().remedy, HasSubstr("init"));
}

TEST_P(WarehouseSuite, LoadsAllStreams) {
  load({TestRow(kPullRequests, 7).marked("pr"), TestRow(kCommits, 7, "c").marked("commit"),
        TestRow(kReviews, 7, "r").marked("review"),
        TestRow(kReviewComments, 7, "rc").marked("line"),
        TestRow(kIssueComments, 7, "ic").marked("talk")});
  EXPECT_THAT(contents(), ElementsAre("anvil/7 commits:c commit", "anvil/7 issue_comments:ic talk",
                                      "anvil/7 pr", "anvil/7 review_comments:rc line",
                                      "anvil/7 reviews:r review"));
}

TEST_P(WarehouseSuite, LoadsNothingFromNothing) {
  const auto none = load(std::vector<ChunkToLoad>());
  ASSERT_TRUE(none);
  EXPECT_EQ(none->total(), 0);
  const auto empty = load({chunk(kPullRequests, ""), chunk(kCommits, "")});
  ASSERT_TRUE(empty) << empty.error().describe();
  EXPECT_EQ(empty->total(), 0);
  EXPECT_THAT(contents(), IsEmpty());
  EXPECT_EQ(warehouse_.loaded_chunks("acme")->chunks(), 2);
}

TEST_P(WarehouseSuite, LoadingTheSameAgainChangesNothing) {
  const auto same = chunks({TestRow(kPullRequests, 1).marked("a"), TestRow(kCommits, 1, "c"),
                            TestRow(kPullRequests, 2), TestRow(kReviews, 2, "r")});
  ASSERT_TRUE(load(same));
  const auto before = contents();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(load(same));
  }
  EXPECT_EQ(contents(), before);
  EXPECT_THAT(select("SELECT count(*) FROM _loads"), ElementsAre("3"));
}

TEST_P(WarehouseSuite, ReadsAChunkThatStandsTwiceInABatchOnce) {
  auto twice = chunks({TestRow(kPullRequests, 1)});
  twice.push_back(twice[0]);
  const auto counts = load(twice);
  ASSERT_TRUE(counts) << counts.error().describe();
  EXPECT_EQ((*counts)[kPullRequests], 1);
  EXPECT_THAT(select("SELECT row_count FROM _loads"), ElementsAre("1"));
}

TEST_P(WarehouseSuite, AnOlderVersionDoesNotComeBack) {
  load({TestRow(kPullRequests, 1).collected(5).marked("new"),
        TestRow(kCommits, 1, "new").collected(5)});
  load({TestRow(kPullRequests, 1).collected(4).marked("old"),
        TestRow(kCommits, 1, "old").collected(4), TestRow(kReviews, 1, "old").collected(4),
        TestRow(kPullRequests, 2).collected(4).marked("other")});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 commits:new ", "anvil/1 new", "anvil/2 other"));
}

TEST_P(WarehouseSuite, ReplacesDetailsAsASet) {
  load({TestRow(kPullRequests, 1), TestRow(kCommits, 1, "a").marked("1"),
        TestRow(kCommits, 1, "b").marked("1"), TestRow(kIssueComments, 1, "i"),
        TestRow(kPullRequests, 2), TestRow(kCommits, 2, "a").marked("2")});
  load({TestRow(kPullRequests, 1).collected(1), TestRow(kCommits, 1, "b").collected(1).marked("3"),
        TestRow(kCommits, 1, "c").collected(1)});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 ", "anvil/1 commits:b 3", "anvil/1 commits:c ",
                                      "anvil/2 ", "anvil/2 commits:a 2"));
}

TEST_P(WarehouseSuite, APullRequestCanLoseAllItsDetails) {
  load({TestRow(kPullRequests, 1), TestRow(kCommits, 1, "c"), TestRow(kReviews, 1, "r"),
        TestRow(kReviewComments, 1, "rc"), TestRow(kIssueComments, 1, "ic")});
  load({TestRow(kPullRequests, 1).collected(1).marked("bare")});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 bare"));
}

TEST_P(WarehouseSuite, ARenamedRepositorysPullRequestsAreNotThereTwice) {
  const auto old =
      chunks({TestRow(kPullRequests, 1), TestRow(kCommits, 1, "a"), TestRow(kIssueComments, 1, "i"),
              TestRow(kPullRequests, 2), TestRow(kReviews, 2, "r")});
  ASSERT_TRUE(load(old));
  TestRow renamed(kPullRequests, 1);
  renamed.repo("bolt").set_text("id", "anvil/1").collected(1);
  load({renamed, TestRow(kCommits, 1, "a").repo("bolt").collected(1)});
  const auto expected =
      ElementsAre("anvil/2 ", "anvil/2 reviews:r ", "bolt/1 ", "bolt/1 commits:a ");
  EXPECT_THAT(contents(), expected);
  ASSERT_TRUE(load(old));
  EXPECT_THAT(contents(), expected) << "the old name does not come back";
}

TEST_P(WarehouseSuite, AnOldNameMayBeUsedByAnotherRepository) {
  load({TestRow(kPullRequests, 1).marked("of the first"), TestRow(kCommits, 1, "a")});
  TestRow moved(kPullRequests, 1);
  moved.repo("bolt").set_text("id", "anvil/1").collected(1).marked("of the first");
  TestRow other(kPullRequests, 1);
  other.set_text("id", "another").collected(1).marked("of the second");
  load({moved, TestRow(kCommits, 1, "a").repo("bolt").collected(1), other,
        TestRow(kCommits, 1, "b").collected(1)});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 commits:b ", "anvil/1 of the second",
                                      "bolt/1 commits:a ", "bolt/1 of the first"));
}

TEST_P(WarehouseSuite, FindsTheOldRowWhenItsPartitionMoves) {
  load({TestRow(kPullRequests, 1).set_text("updated_at", "2026-01-05T00:00:00Z")});
  load({TestRow(kPullRequests, 1).collected(1).set_text("updated_at", "2026-03-05T00:00:00Z")});
  EXPECT_THAT(select("SELECT updated_at FROM pull_requests"), ElementsAre("2026-03-05T00:00:00Z"));
}

TEST_P(WarehouseSuite, FindsAnOldDetailWhenItsPartitionMoves) {
  load({TestRow(kPullRequests, 1),
        TestRow(kReviews, 1, "r").set_text("submitted_at", "2026-01-05T00:00:00Z")});
  load({TestRow(kPullRequests, 1).collected(1),
        TestRow(kReviews, 1, "r").collected(1).set_text("submitted_at", "2026-03-05T00:00:00Z")});
  EXPECT_THAT(select("SELECT submitted_at FROM reviews"), ElementsAre("2026-03-05T00:00:00Z"));
}

TEST_P(WarehouseSuite, IgnoresDetailsWithoutTheirPullRequest) {
  load({TestRow(kPullRequests, 1), TestRow(kCommits, 1, "mine"), TestRow(kCommits, 2, "orphan"),
        TestRow(kCommits, 1, "other version").collected(1)});
  load({TestRow(kCommits, 1, "late").collected(2)});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 ", "anvil/1 commits:mine "));
}

TEST_P(WarehouseSuite, TakesTheNewestOfSeveralVersionsInABatch) {
  load({TestRow(kPullRequests, 1).collected(2).marked("two"),
        TestRow(kPullRequests, 1).collected(3).marked("three"),
        TestRow(kPullRequests, 1).collected(1).marked("one"),
        TestRow(kCommits, 1, "a").collected(2).marked("two"),
        TestRow(kCommits, 1, "b").collected(3).marked("three"),
        TestRow(kReviews, 1, "r").collected(1).marked("one")});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 commits:b three", "anvil/1 three"));
}

TEST_P(WarehouseSuite, LeavesOneRowOfARepeatedKey) {
  const TestRow pull_request = TestRow(kPullRequests, 1).marked("pr");
  const TestRow commit = TestRow(kCommits, 1, "c").marked("same");
  auto repeated = chunks({pull_request, commit, commit, pull_request});
  std::ranges::move(chunks({commit, pull_request}), std::back_inserter(repeated));
  ASSERT_TRUE(load(repeated));
  EXPECT_THAT(contents(), ElementsAre("anvil/1 commits:c same", "anvil/1 pr"));
}

TEST_P(WarehouseSuite, KeepsRepositoriesApart) {
  load({TestRow(kPullRequests, 1).marked("a"), TestRow(kReviews, 1, "same").marked("a"),
        TestRow(kPullRequests, 1).repo("bolt").marked("b"),
        TestRow(kReviews, 1, "same").repo("bolt").marked("b")});
  load({TestRow(kPullRequests, 1).collected(1).repo("bolt").marked("c")});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 a", "anvil/1 reviews:same a", "bolt/1 c"));
}

TEST_P(WarehouseSuite, KeepsOrganisationsApart) {
  load({TestRow(kPullRequests, 1).marked("acme's"), TestRow(kCommits, 1, "c").marked("acme's")});
  auto theirs =
      chunks({TestRow(kPullRequests, 1).set_text("org", "other").collected(9).marked("other's")});
  theirs[0].key.replace(0, std::string_view("acme").size(), "other");
  ASSERT_TRUE(warehouse_.load({"other", theirs, Time()}));
  EXPECT_THAT(contents(),
              ElementsAre("anvil/1 acme's", "anvil/1 commits:c acme's", "anvil/1 other's"));
  EXPECT_EQ(warehouse_.counts("acme")->total(), 2);
  EXPECT_EQ(warehouse_.counts("other")->total(), 1);
  EXPECT_EQ(warehouse_.counts("nobody")->total(), 0);
  EXPECT_EQ(warehouse_.loaded_chunks("other")->chunks(), 1);
  EXPECT_EQ(warehouse_.loaded_chunks("acme")->chunks(), 2);
  EXPECT_EQ(warehouse_.loaded_chunks("othe_")->chunks(), 0);
  EXPECT_EQ(warehouse_.loaded_chunks("%")->chunks(), 0);
}

TEST_P(WarehouseSuite, TakesAnOrganisationHoweverItIsCased) {
  load({TestRow(kPullRequests, 1).set_text("org", "Acme")});
  EXPECT_THAT(select("SELECT org FROM pull_requests"), ElementsAre("Acme"));
  EXPECT_EQ((*warehouse_.counts("ACME"))[kPullRequests], 1);
}

TEST_P(WarehouseSuite, CountsRowsPerStream) {
  load({TestRow(kPullRequests, 1), TestRow(kPullRequests, 2), TestRow(kCommits, 1, "a"),
        TestRow(kIssueComments, 2, "b")});
  const auto counts = warehouse_.counts("acme");
  ASSERT_TRUE(counts);
  EXPECT_THAT(counts->rows, ElementsAre(2, 1, 0, 0, 1));
}

TEST_P(WarehouseSuite, RecordsTheChunksItLoaded) {
  const auto loaded =
      chunks({TestRow(kPullRequests, 1), TestRow(kPullRequests, 2), TestRow(kCommits, 1, "c")});
  ASSERT_TRUE(load(loaded));
  EXPECT_TRUE(is_loaded(loaded[0].key));
  EXPECT_TRUE(is_loaded(loaded[1].key));
  EXPECT_EQ(warehouse_.loaded_chunks("acme")->chunks(), 2);
  EXPECT_THAT(select("SELECT org, stream, collection_id, row_count, loaded_at FROM _loads "
                     "ORDER BY stream"),
              ElementsAre("acme|commits|20260101T000000Z|1|2026-02-02T00:00:00Z",
                          "acme|pull_requests|20260101T000000Z|2|2026-02-02T00:00:00Z"));
}

TEST_P(WarehouseSuite, RemembersRangesOfNumbers) {
  const std::string location = place_->keep_chunk("empty.json", "");
  const auto load_numbers = [&](std::string_view repo, std::string_view collection,
                                std::initializer_list<int64_t> numbers) {
    std::vector<ChunkToLoad> batch;
    for (const int64_t number : numbers) {
      const ChunkKey key{"acme",       std::string(repo),       kReviews,
                         "2026-01-01", std::string(collection), number};
      batch.push_back({kReviews, key.to_string(), location});
    }
    ASSERT_TRUE(load(batch));
  };
  load_numbers("anvil", "20260101T000000Z", {0, 1, 2, 9, 10, 11, 12});
  load_numbers("anvil", "20260101T000000Z", {3, 2, 99});
  load_numbers("anvil", "20260101T000001Z", {4});
  load_numbers("anvil_", "20260101T000000Z", {4, 9'223'372'036'854'775'806});
  const auto loaded = warehouse_.loaded_chunks("acme");
  ASSERT_TRUE(loaded) << loaded.error().describe();
  EXPECT_EQ(loaded->chunks(), 12);
  EXPECT_EQ(loaded->ranges(), 6) << "0 to 3, 9 to 12, and four single ones";
  EXPECT_FALSE(loaded->contains("anvil", "20260101T000000Z", kReviews, 4));
  EXPECT_TRUE(loaded->contains("anvil", "20260101T000001Z", kReviews, 4));
  EXPECT_FALSE(loaded->contains("anvil", "20260101T000001Z", kCommits, 4));
  EXPECT_TRUE(loaded->contains("anvil_", "20260101T000000Z", kReviews, 9'223'372'036'854'775'806));
}

TEST_P(WarehouseSuite, TakesNoOtherKeyForAChunks) {
  const std::string location = place_->keep_chunk("empty.json", "");
  const std::string good = "acme/anvil/reviews/2026-01-01/20260101T000000Z_chunk_0.json";
  ASSERT_TRUE(load(
      {{kReviews, good, location},
       {kReviews, "elsewhere/" + good, location},
       {kReviews, "acme/x", location},
       {kReviews, "acme/anvil/reviews/2026-01-01/20260101T000000Z_chunk_01.json", location},
       {kReviews, "acme/anvil/reviews/2026-01-01/20260101T000000Z_chunk_1.json.tmp", location},
       {kReviews, "acme/anvil/strangers/2026-01-01/20260101T000000Z_chunk_2.json", location},
       {kReviews, "acme/anvil/reviews/2026-01-01/20260101T000000Z_chunk_99999999999999999999.json",
        location},
       {kReviews, "other/anvil/reviews/2026-01-01/20260101T000000Z_chunk_3.json", location}}));
  EXPECT_EQ(warehouse_.loaded_chunks("acme")->chunks(), 1);
  EXPECT_TRUE(is_loaded(good));
}

TEST_P(WarehouseSuite, NamesABadChunkAndChangesNothing) {
  load({TestRow(kPullRequests, 1).marked("before"), TestRow(kCommits, 1, "c")});
  const auto before = contents();
  const std::string good = TestRow(kCommits, 1, "d").collected(1).line();
  const std::pair<std::string_view, std::string> bad_chunks[] = {
      {"not JSON", std::string(kSecret) + "\n"},
      {"cut off", good + good.substr(0, good.size() - 5)},
      {"an array", fmt::format("[\"{}\"]\n", kSecret)},
      {"a text", fmt::format("\"{}\"\n", kSecret)},
      {"null", "null\n"},
      {"wrong type", TestRow(kCommits, 1, "d").set_text("additions", kSecret).line()},
      {"wrong time", TestRow(kCommits, 1, "d").set_text("commit_date", kSecret).line()},
      {"wrong list", TestRow(kCommits, 1, "d").set_text("co_authors", kSecret).line()},
      {"no key", TestRow(kCommits, 1, "d").without("sha").marked(kSecret).line()},
      {"null key", TestRow(kCommits, 1, "d").set("pr_number", "null").line()},
      {"another stream's row", TestRow(kReviews, 1, "d").line()},
      {"another organisation's", TestRow(kCommits, 1, "d").set_text("org", kSecret).line()},
      {"lone surrogate", TestRow(kCommits, 1, "d").set("message", R"("\ud800")").line()},
      {"not UTF-8", TestRow(kCommits, 1, "d").set("message", "\"\xff\"").line()},
  };
  for (const auto& [what, bytes] : bad_chunks) {
    SCOPED_TRACE(what);
    auto batch = chunks({TestRow(kPullRequests, 1).collected(1).marked("after")});
    const std::vector<ChunkToLoad> good_ones = {batch[0], chunk(kCommits, good)};
    batch.push_back(good_ones[1]);
    batch.push_back(chunk(kCommits, bytes));
    const auto loaded = load(batch);
    ASSERT_EQ(outcome(loaded), "data_loss");
    EXPECT_THAT(loaded.error().message, HasSubstr(batch.back().key));
    EXPECT_THAT(loaded.error().describe(), Not(HasSubstr(kSecret)));
    EXPECT_EQ(contents(), before);
    EXPECT_FALSE(is_loaded(batch[0].key));
  }
  load({TestRow(kPullRequests, 1).collected(1).marked("after"),
        TestRow(kCommits, 1, "d").collected(1)});
  EXPECT_THAT(contents(), ElementsAre("anvil/1 after", "anvil/1 commits:d "));
}

TEST_P(WarehouseSuite, NamesAChunkThatIsNotThere) {
  auto batch = chunks({TestRow(kPullRequests, 1)});
  batch.push_back({kCommits, "acme/gone", batch[0].location + ".gone"});
  const auto loaded = load(batch);
  ASSERT_EQ(outcome(loaded), "data_loss");
  EXPECT_THAT(loaded.error().message, HasSubstr("acme/gone"));
  EXPECT_THAT(contents(), IsEmpty());
}

TEST_P(WarehouseSuite, ReadsCompressedChunksAmongOthers) {
  const auto packed = [&](const TestRow& row) {
    return chunk(row.stream(), *gzip(row.line()), /*compressed=*/true);
  };
  const TestRow second = TestRow(kPullRequests, 2).marked("second");
  const TestRow third = TestRow(kPullRequests, 3).marked("third");
  const auto counts =
      load({chunk(kPullRequests, TestRow(kPullRequests, 1).marked("plain").line()),
            chunk(kPullRequests, *gzip(second.line()) + *gzip(third.line()), /*compressed=*/true),
            packed(TestRow(kCommits, 1, "c")), packed(TestRow(kReviews, 2, "r")),
            chunk(kReviews, TestRow(kReviews, 1, "q").line()),
            chunk(kIssueComments, *gzip(""), /*compressed=*/true)});
  ASSERT_TRUE(counts) << counts.error().describe();
  EXPECT_THAT(counts->rows, ElementsAre(3, 1, 2, 0, 0));
  EXPECT_THAT(contents(), ElementsAre("anvil/1 commits:c ", "anvil/1 plain", "anvil/1 reviews:q ",
                                      "anvil/2 reviews:r ", "anvil/2 second", "anvil/3 third"));
}

TEST_P(WarehouseSuite, NamesAChunkWhoseCompressionIsBroken) {
  std::string rows;
  for (int i = 0; i < 100; ++i) {
    rows += TestRow(kCommits, 1, fmt::format("{}{}", kSecret, i)).line();
  }
  const std::string good = *gzip(rows);
  const std::string flipped = good.substr(0, 30) + "??" + good.substr(32);
  for (const std::string& bytes :
       {rows, good.substr(0, good.size() / 2), flipped, good + kSecret.data()}) {
    if (bytes == rows && place_->looks_into_compressed()) {
      continue;
    }
    std::vector<ChunkToLoad> batch = chunks({TestRow(kPullRequests, 1)});
    batch.push_back(chunk(kCommits, bytes, /*compressed=*/true));
    const auto loaded = load(batch);
    ASSERT_EQ(outcome(loaded), "data_loss") << bytes.size() << " of " << good.size();
    EXPECT_THAT(loaded.error().message, HasSubstr(batch.back().key));
    EXPECT_THAT(loaded.error().describe(), Not(HasSubstr(kSecret)));
    EXPECT_THAT(contents(), IsEmpty());
  }
}

TEST_P(WarehouseSuite, RefusesAQueryThatItDoesNotUnderstand) {
  EXPECT_EQ(outcome(warehouse_.query("SELEKT 1")), "invalid_argument");
  EXPECT_EQ(outcome(warehouse_.query("SELECT nothing FROM nowhere")), "invalid_argument");
  EXPECT_EQ(outcome(warehouse_.query(" ; ")), "invalid_argument");
  EXPECT_EQ(outcome(warehouse_.for_each_row("SELECT nothing FROM nowhere", [](const QueryRow&) {})),
            "invalid_argument");
}

}  // namespace github_stats
