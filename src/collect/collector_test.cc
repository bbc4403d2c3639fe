#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>

#include "collect/checkpoint_reader.h"
#include "collect/collector_fixture.h"
#include "store/keys.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(CollectorTest, CollectsEveryPullRequestWithAnyNumberOfWorkers) {
  add_repository("web", 250);
  add_repository("api", 7);
  add_repository("empty", 0);
  for (const size_t workers : {size_t{1}, size_t{4}}) {
    const auto report = start(workers);
    ASSERT_TRUE(report) << report.error().describe();
    EXPECT_TRUE(report->checkpoint.finished);
    EXPECT_THAT(report->failed(), IsEmpty());
    EXPECT_EQ(report->selection.collected, 2);
    EXPECT_EQ(report->selection.unchanged, 1);
    std::set<std::string> expected = all_of("web", 250);
    expected.merge(all_of("api", 7));
    EXPECT_EQ(numbers_of(collected(report->checkpoint)), expected);
  }
}

TEST_F(CollectorTest, ListsNoPageTwice) {
  add_repository("web", 450);
  for (int round = 0; round < 50; ++round) {
    const int before = github_.calls("PullRequests");
    const auto report = start(8);
    ASSERT_TRUE(report) << report.error().describe();
    ASSERT_FALSE(report->failure) << report->failure->describe();
    EXPECT_EQ(report->checkpoint.repositories[0].pull_requests(), 450);
    EXPECT_EQ(github_.calls("PullRequests") - before, 6)
        << "five, and one for what changed meanwhile";
  }
}

TEST_F(CollectorTest, GivesCollectionsOfOneSecondDifferentIds) {
  add_repository("web", 1);
  const auto first = start();
  const auto second = start();
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->checkpoint.collection_id, second->checkpoint.collection_id);
}

TEST_F(CollectorTest, LeavesOutWhatIsOlderThanTheWindow) {
  github_.put("web", {1, kBase - 1min, "old"});
  github_.put("web", {2, kBase, "at the border"});
  github_.put("web", {3, kBase + 1min, "new"});
  const auto report = start();
  ASSERT_TRUE(report);
  EXPECT_EQ(numbers_of(collected(report->checkpoint)), (std::set<std::string>{"web/2", "web/3"}));
}

TEST_F(CollectorTest, FindsWhatMovedToTheFrontBehindItsBack) {
  add_repository("web", 250);
  github_.intercept([&](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
    // After the first page has been listed, the oldest pull request changes: it would be on page 3.
    if (call.asks("PullRequests") && github_.calls("PullRequests") == 2) {
      github_.put("web", {1, kBase + 1000min, "v2"});
    }
    return std::nullopt;
  });
  const auto report = start();
  ASSERT_TRUE(report);
  const auto titles = collected(report->checkpoint);
  EXPECT_EQ(titles.size(), 250U);
  EXPECT_EQ(titles.at("web/1"), "v2");
}

TEST_F(CollectorTest, OneRepositorysFailureDoesNotStopTheOthers) {
  add_repository("web", 30);
  add_repository("gone", 30);
  github_.hide("gone", "SAML enforcement");
  const auto report = start();
  ASSERT_TRUE(report);
  ASSERT_EQ(report->failed().size(), 1U);
  EXPECT_EQ(report->failed()[0]->name, "gone");
  EXPECT_THAT(report->failed()[0]->error, HasSubstr("SAML enforcement"));
  EXPECT_FALSE(report->checkpoint.finished);
  EXPECT_EQ(numbers_of(collected(report->checkpoint)), all_of("web", 30));

  github_.show("gone");
  const auto resumed = resume(report->checkpoint.collection_id);
  ASSERT_TRUE(resumed);
  EXPECT_TRUE(resumed->checkpoint.finished);
  EXPECT_EQ(collected(resumed->checkpoint).size(), 60U);
}

TEST_F(CollectorTest, AsksForLessWhenGitHubStruggles) {
  add_repository("web", 40);
  github_.intercept([](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
    const auto ids = std::count(call.body.begin(), call.body.end(), ',');
    if (call.asks("Details") && ids > 8) {
      return HttpResponse{502, {}, "<html>"};
    }
    return std::nullopt;
  });
  const auto report = start();
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->checkpoint.finished);
  EXPECT_EQ(numbers_of(collected(report->checkpoint)), all_of("web", 40));
}

TEST_F(CollectorTest, AnInterruptedCollectionGoesOnWhereItsChunksEnd) {
  add_repository("web", 500);
  stop_at_details(12);
  const auto report = start(1);
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->interrupted);
  EXPECT_FALSE(report->checkpoint.finished);
  const size_t safe = collected(report->checkpoint).size();
  EXPECT_GE(safe, 100U);
  EXPECT_LT(safe, 500U);

  stop_ = {};
  github_.intercept({});
  const int details_before = github_.calls("Details");
  const auto resumed = resume(report->checkpoint.collection_id, 1);
  ASSERT_TRUE(resumed) << resumed.error().describe();
  EXPECT_TRUE(resumed->checkpoint.finished);
  EXPECT_EQ(numbers_of(collected(resumed->checkpoint)), all_of("web", 500));
  EXPECT_LE(github_.calls("Details") - details_before, 20) << "what is safe is not fetched again";
}

TEST_F(CollectorTest, ResumingRemovesChunksThatNoCheckpointExplains) {
  add_repository("web", 30);
  github_.intercept([](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
    return call.asks("Details") ? std::optional<Result<HttpResponse>>(HttpResponse{401, {}, "{}"})
                                : std::nullopt;
  });
  const auto report = start();
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->failure);
  EXPECT_EQ(report->failure->code, ErrorCode::kUnauthenticated);
  const Checkpoint& checkpoint = report->checkpoint;
  const ChunkKey orphan{
      "Acme", "web", Stream::kReviews, format_date(checkpoint.started_at), checkpoint.collection_id,
      5};
  ASSERT_TRUE(store_.put(orphan.to_string(), "half a run's rows", Precondition::none()));

  github_.intercept({});
  const auto resumed = resume(checkpoint.collection_id);
  ASSERT_TRUE(resumed);
  EXPECT_TRUE(resumed->checkpoint.finished);
  EXPECT_EQ(store_.objects().count(orphan.to_string()), 0U);
}

TEST_F(CollectorTest, ResumingBeginsARepositoryAnewWhoseChunksAreGone) {
  add_repository("web", 250);
  stop_at_details(8);
  const auto report = start(1);
  ASSERT_TRUE(report);
  for (const auto& [key, bytes] : store_.objects()) {
    if (parse_chunk_key(key)) {
      ASSERT_TRUE(store_.remove(key));
    }
  }
  stop_ = {};
  github_.intercept({});
  const auto resumed = resume(report->checkpoint.collection_id);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(numbers_of(collected(resumed->checkpoint)), all_of("web", 250));
  const RepositoryProgress& progress = resumed->checkpoint.repositories[0];
  EXPECT_EQ(progress.first_chunk, report->checkpoint.repositories[0].chunks)
      << "a warehouse may have loaded chunks of those numbers";
}

TEST_F(CollectorTest, ARunThatWasTakenOverStops) {
  add_repository("web", 500);
  std::atomic<bool> taken_over = false;
  std::string id;
  github_.intercept([&](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
    if (call.asks("Details") && github_.calls("Details") > 12 && !taken_over.exchange(true)) {
      for (const auto& [key, bytes] : store_.objects()) {
        id = parse_checkpoint_key(key).value_or(id);
      }
      const auto resumed = resume(id, 2);
      EXPECT_TRUE(resumed && resumed->checkpoint.finished);
    }
    return std::nullopt;
  });
  const auto report = start(1);
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->failure) << "the first collector must notice";
  EXPECT_EQ(report->failure->code, ErrorCode::kPreconditionFailed);
  const auto stored = read_checkpoint(store_, "Acme", id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->checkpoint.run, 2);
  EXPECT_EQ(numbers_of(collected(stored->checkpoint)), all_of("web", 500)) << "nothing is lost";
}

TEST_F(CollectorTest, AFailedCheckpointIsWrittenLater) {
  add_repository("web", 30);
  store_.intercept([&](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    const bool checkpoint = parse_checkpoint_key(key).has_value();
    if (call == StoreCall::kPut && checkpoint && store_.calls(StoreCall::kPut) == 4) {
      return StoreFault{{ErrorCode::kUnavailable, "no network", ""}};
    }
    return std::nullopt;
  });
  const auto report = start(1);
  ASSERT_TRUE(report);
  const auto stored = read_checkpoint(store_, "Acme", report->checkpoint.collection_id);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->checkpoint, report->checkpoint) << "the report claims no more than is stored";
}

TEST_F(CollectorTest, SaysWhichRepositoriesGitHubDoesNotShow) {
  github_.intercept([](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
    if (call.operation != "Repositories") {
      return std::nullopt;
    }
    return HttpResponse{
        200,
        {},
        R"({"data":{"repositoryOwner":{"__typename":"Organization","login":"Acme",)"
        R"("repositories":{"pageInfo":{"hasNextPage":false,"endCursor":null},)"
        R"("nodes":[null]}}},"errors":[{"type":"FORBIDDEN","message":"not for you",)"
        R"("path":["repositoryOwner","repositories","nodes",0]}]})"};
  });
  const auto report = start();
  ASSERT_FALSE(report) << "nothing at all is no success";
  EXPECT_EQ(report.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(report.error().message, HasSubstr("not for you"));
}

TEST_F(CollectorTest, AStoreThatFailsEndsTheRunWithItsReason) {
  add_repository("web", 250);
  store_.intercept([](StoreCall call, std::string_view key) -> std::optional<StoreFault> {
    if (call == StoreCall::kPut && key.find("pull_requests") != std::string_view::npos) {
      return StoreFault{{ErrorCode::kUnavailable, "no space left on the device", ""}};
    }
    return std::nullopt;
  });
  const auto report = start();
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->failure);
  EXPECT_THAT(report->failure->message, HasSubstr("no space left"));
  EXPECT_EQ(report->checkpoint.repositories[0].pull_requests(), 0) << "nothing is claimed";

  store_.intercept({});
  const auto resumed = resume(report->checkpoint.collection_id);
  ASSERT_TRUE(resumed);
  EXPECT_EQ(numbers_of(collected(resumed->checkpoint)), all_of("web", 250));
}

TEST_F(CollectorTest, SaysWhenANameMatchesNothing) {
  add_repository("web", 1);
  const auto report = start(4, {"wbe"});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(report.error().message, HasSubstr("--repo wbe"));
  EXPECT_TRUE(store_.objects().empty()) << "nothing was begun";
}

TEST_F(CollectorTest, NoticesASecondCollectorOnItsCheckpoint) {
  add_repository("web", 250);
  std::atomic<bool> changed = false;
  github_.intercept([&](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
    if (call.asks("Details") && !changed.exchange(true)) {
      for (const auto& [key, bytes] : store_.objects()) {
        EXPECT_TRUE(store_.put(key, bytes + " ", Precondition::none()));
      }
    }
    return std::nullopt;
  });
  const auto report = start();
  ASSERT_TRUE(report);
  ASSERT_TRUE(report->failure);
  EXPECT_EQ(report->failure->code, ErrorCode::kPreconditionFailed);
}

TEST_F(CollectorTest, TellsWhatIsInTheStoreAndOfEachRunOnlyItsOwn) {
  add_repository("small", 3);
  add_repository("web", 250);
  stop_at_details(10);
  std::vector<CollectionProgress> seen;
  observe_ = [&](const CollectionProgress& progress) { seen.push_back(progress); };
  const auto report = start(/*workers=*/1);
  ASSERT_TRUE(report) << report.error().describe();
  ASSERT_TRUE(report->interrupted);
  const auto rows_in = [](const Checkpoint& checkpoint) {
    Written sum;
    for (const RepositoryProgress& repository : checkpoint.repositories) {
      sum.add_since({}, {.rows = repository.rows});
    }
    return sum.rows;
  };
  const auto rows_before = rows_in(report->checkpoint);
  const int64_t chunks_before = seen.back().written.chunks;
  EXPECT_EQ(seen.back().written.rows, rows_before);
  EXPECT_GT(rows_before[0], 0);
  EXPECT_LT(rows_before[0], 253);

  stop_ = {};
  seen.clear();
  const auto resumed = resume(report->checkpoint.collection_id, /*workers=*/2);
  ASSERT_TRUE(resumed) << resumed.error().describe();
  Written all{.rows = rows_before};
  all.add_since({}, seen.back().written);
  EXPECT_EQ(all.rows, rows_in(resumed->checkpoint));
  EXPECT_GE(all.rows[0], 253);
  int64_t bytes = 0;
  int64_t chunks = 0;
  for (const auto& [key, content] : store_.objects()) {
    if (const auto chunk = parse_chunk_key(key)) {
      ++chunks;
      bytes += std::ssize(content);
    }
  }
  // What the first run wrote beyond its checkpoint was removed and written again.
  EXPECT_GE(chunks_before + seen.back().written.chunks, chunks);
  EXPECT_LE(seen.back().written.bytes, bytes);
  for (size_t i = 1; i < seen.size(); ++i) {
    EXPECT_GE(seen[i].written.chunks, seen[i - 1].written.chunks);
    EXPECT_GE(seen[i].written.rows[0], seen[i - 1].written.rows[0]);
  }
}

}  // namespace
}  // namespace github_stats
