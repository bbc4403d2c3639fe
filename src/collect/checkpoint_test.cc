#include "collect/checkpoint.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

Checkpoint example() {
  Checkpoint checkpoint;
  checkpoint.collection_id = "20260131T235959Z";
  checkpoint.org = "Acme";
  checkpoint.command = "backfill";
  checkpoint.settings = {.github = "https://api.github.com",
                         .store = "gs://bucket/\"prefix\"",
                         .filter = {{"web-*", "api"}, {"web-old"}, true, false},
                         .rows_per_chunk = 100,
                         .compress = true,
                         .privacy = Privacy::kHashed,
                         .privacy_key = "0123456789abcdef"};
  checkpoint.started_at = *parse_time("2026-01-31T23:59:59Z");
  checkpoint.since = *parse_time("2025-08-04T23:59:59Z");
  checkpoint.until = *parse_time("2026-02-01T00:00:02Z");
  RepositoryProgress done{.id = "R_1", .name = "a.b-c_d", .state = RepositoryState::kDone};
  done.begins_history = true;
  done.since = checkpoint.since;
  done.newest = *parse_time("2026-01-31T20:00:00Z");
  done.position.stop_before = checkpoint.since;
  done.chunks = {1, 2, 3, 4, 5};
  done.rows = {100, 200, 300, 400, 500};
  RepositoryProgress failed{.id = "R_2", .name = ".github", .state = RepositoryState::kFailed};
  failed.position = {2, checkpoint.started_at, "Y3Vyc29y", 7, checkpoint.started_at};
  failed.vanished = 3;
  failed.owed = {{17, "PR_17", "3 commits \"lack\""}, {4, "", "why"}};
  failed.unlisted = 3;
  failed.error = "GitHub said \"no\"\n\x1b[31m";
  checkpoint.repositories = {done, failed};
  return checkpoint;
}

TEST(Checkpoint, GoesThereAndBack) {
  const Checkpoint checkpoint = example();
  const auto decoded = decode_checkpoint(encode_checkpoint(checkpoint));
  ASSERT_TRUE(decoded) << decoded.error().describe();
  EXPECT_EQ(*decoded, checkpoint);
  const auto empty = decode_checkpoint(encode_checkpoint(Checkpoint{}));
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->repositories.empty());
}

TEST(Checkpoint, RefusesWhatIsNone) {
  const std::string whole = encode_checkpoint(example());
  for (const std::string& bytes : {std::string(), std::string("[]"), std::string("{}"),
                                   whole.substr(0, whole.size() / 2), "x" + whole}) {
    const auto decoded = decode_checkpoint(bytes);
    ASSERT_FALSE(decoded) << bytes;
    EXPECT_EQ(decoded.error().code, ErrorCode::kDataLoss);
  }
}

TEST(Checkpoint, ReadsVersionThreeAsOneThatKeepsEverything) {
  std::string bytes = encode_checkpoint(example());
  bytes.replace(bytes.find("\"version\":4"), 11, "\"version\":3");
  const size_t begin = bytes.find(",\"privacy\"");
  bytes.erase(begin, bytes.find('}', begin) - begin);
  const auto decoded = decode_checkpoint(bytes);
  ASSERT_TRUE(decoded) << decoded.error().describe();
  Checkpoint expected = example();
  expected.settings.privacy = Privacy::kFull;
  expected.settings.privacy_key = "";
  EXPECT_EQ(*decoded, expected);
}

TEST(Checkpoint, RefusesAPrivacyItDoesNotKnow) {
  std::string bytes = encode_checkpoint(example());
  bytes.replace(bytes.find("\"hashed\""), 8, "\"secret\"");
  ASSERT_FALSE(decode_checkpoint(bytes));
}

// As versions 1 and 2 were written: without settings.
std::string without_settings(std::string bytes) {
  const size_t begin = bytes.find("\"settings\":");
  bytes.erase(begin, bytes.find("\"started_at\"") - begin);
  return bytes;
}

TEST(Checkpoint, ReadsVersionTwo) {
  std::string bytes = without_settings(encode_checkpoint(example()));
  bytes.replace(bytes.find("\"version\":4"), 11, "\"version\":2");
  const auto decoded = decode_checkpoint(bytes);
  ASSERT_TRUE(decoded) << decoded.error().describe();
  Checkpoint expected = example();
  expected.settings = {};
  EXPECT_EQ(*decoded, expected);
}

TEST(Checkpoint, ReadsVersionOne) {
  std::string bytes = without_settings(encode_checkpoint(example()));
  bytes.replace(bytes.find("\"version\":4"), 11, "\"version\":1");
  for (size_t at = bytes.find("\"owed\":["); at != std::string::npos;
       at = bytes.find("\"owed\":[")) {
    const bool is_empty = bytes[at + 8] == ']';
    const size_t end = is_empty ? at + 9 : bytes.find("}]", at) + 2;
    bytes.replace(at, end - at, is_empty ? "\"incomplete\":[]" : "\"incomplete\":[17]");
  }
  const auto decoded = decode_checkpoint(bytes);
  ASSERT_TRUE(decoded) << decoded.error().describe();
  int64_t owed = 0;
  for (const RepositoryProgress& repository : decoded->repositories) {
    for (const OwedPullRequest& pull_request : repository.owed) {
      owed += pull_request.number;
      EXPECT_EQ(pull_request.id, "");
    }
  }
  EXPECT_EQ(owed, 17);
}

TEST(Checkpoint, RefusesANewerVersionByName) {
  std::string bytes = encode_checkpoint(example());
  bytes.replace(bytes.find("\"version\":4"), 11, "\"version\":9");
  const auto decoded = decode_checkpoint(bytes);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(decoded.error().message.find("version 9"), std::string::npos);
}

}  // namespace
}  // namespace github_stats
