#include "store/keys.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>

#include "base/clock.h"
#include "testing/random_seed.h"

namespace github_stats {
namespace {

TEST(ChunkKey, IsWrittenAsTheLayoutSays) {
  ChunkKey key{.org = "acme",
               .repo = "web",
               .stream = Stream::kReviewComments,
               .date = "2026-01-31",
               .collection_id = "20260131T235959Z",
               .number = 12};
  EXPECT_EQ(key.to_string(), "acme/web/review_comments/2026-01-31/20260131T235959Z_chunk_12.json");
  key.compressed = true;
  EXPECT_EQ(key.to_string(),
            "acme/web/review_comments/2026-01-31/20260131T235959Z_chunk_12.json.gz");
}

TEST(ChunkKey, IsReadBack) {
  for (const std::string_view text : {
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_0.json",
           "acme/.github/reviews/2026-01-31/20260131T235959Z_chunk_1.json.gz",
           "a-c/x.y-z_0/pull_requests/2024-02-29/20240229T000000Z_chunk_9223372036854775807.json",
           "acme/_s/issue_comments/2026-01-31/20260131T235959Z_chunk_7.json",
           "acme/_checkpoints/commits/2026-01-31/20260131T235959Z_chunk_7.json",
           "acme/x_chunk_1.json/commits/2026-01-31/20260131T235959Z_chunk_7.json",
       }) {
    const auto key = parse_chunk_key(text);
    ASSERT_TRUE(key) << text;
    EXPECT_EQ(key->to_string(), text);
  }
}

TEST(ChunkKey, StrangersNamesAreNone) {
  for (const std::string_view text : {
           "",
           "acme",
           "acme/_checkpoints/20260131T235959Z.json",
           "acme/web/commits/2026-01-31/",
           "acme/web/commits/2026-01-31/notes.txt",
           "acme/web/commits/2026-01-31/.json",
           "acme/web/commits/2026-01-31/_chunk_0.json",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_.json",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_-1.json",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_+1.json",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_01.json",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_1x.json",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_9223372036854775808.json",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_1.json.gz.gz",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_1.gz",
           "acme/web/commits/2026-01-31/20260131T235959Z_chunk_1.JSON",
           "acme/web/commits/2026-01-31/20260131T255959Z_chunk_1.json",
           "acme/web/commits/2026-02-30/20260131T235959Z_chunk_1.json",
           "acme/web/commits/2026-01-30/20260131T235959Z_chunk_1.json",
           "acme/web/metrics/2026-01-31/20260131T235959Z_chunk_1.json",
           "acme/web/commits/x/2026-01-31/20260131T235959Z_chunk_1.json",
           "acme/commits/2026-01-31/20260131T235959Z_chunk_1.json",
           "acme//commits/2026-01-31/20260131T235959Z_chunk_1.json",
           "../web/commits/2026-01-31/20260131T235959Z_chunk_1.json",
           "/acme/web/commits/2026-01-31/20260131T235959Z_chunk_1.json",
       }) {
    EXPECT_FALSE(parse_chunk_key(text)) << text;
  }
}

std::string random_name(std::mt19937& random) {
  constexpr std::string_view kAlphabet = "abcXYZ019-_.";
  std::string name(1 + random() % 20, 'a');
  for (size_t i = 1; i < name.size(); ++i) {
    name[i] = kAlphabet[random() % kAlphabet.size()];
  }
  return name;
}

TEST(ChunkKey, RandomKeysGoThereAndBack) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 2000; ++i) {
    const Time start{std::chrono::seconds{random()}};
    const ChunkKey key{.org = random_name(random),
                       .repo = random_name(random),
                       .stream = kStreams[random() % kStreams.size()],
                       .date = format_date(start),
                       .collection_id = format_compact_time(start),
                       .number = static_cast<int64_t>(random()),
                       .compressed = random() % 2 == 0};
    EXPECT_EQ(parse_chunk_key(key.to_string()), key) << key.to_string();
    // One byte changed: either no chunk's key, or another one that is written the same.
    std::string changed = key.to_string();
    changed[random() % changed.size()] = static_cast<char>(random() % 256);
    if (const auto other = parse_chunk_key(changed)) {
      EXPECT_EQ(other->to_string(), changed);
    }
  }
}

TEST(CheckpointKey, GoesThereAndBack) {
  const std::string key = checkpoint_key("acme", "20260131T235959Z");
  EXPECT_EQ(key, "acme/_checkpoints/20260131T235959Z.json");
  EXPECT_TRUE(key.starts_with(checkpoints_prefix("acme")));
  EXPECT_EQ(parse_checkpoint_key(key), "20260131T235959Z");
}

TEST(CheckpointKey, StrangersNamesAreNone) {
  for (const std::string_view text :
       {"", "acme/_checkpoints", "acme/_checkpoints/", "acme/_checkpoints/.json",
        "acme/_checkpoints/lease.json", "acme/_checkpoints/20260131T235959Z.json.gz",
        "acme/_checkpoints/x/20260131T235959Z.json", "acme/web/20260131T235959Z.json",
        "/_checkpoints/20260131T235959Z.json"}) {
    EXPECT_FALSE(parse_checkpoint_key(text)) << text;
  }
}

TEST(LeaseKey, IsOneForAllSpellingsAndNoCheckpoints) {
  EXPECT_EQ(lease_key("acme"), "acme/_checkpoints/lease.json");
  EXPECT_EQ(lease_key("Acme-7Z"), lease_key("aCME-7z"));
  EXPECT_FALSE(parse_checkpoint_key(lease_key("acme")));
  EXPECT_FALSE(parse_chunk_key(lease_key("acme")));
}

TEST(ChunksPrefix, IsThatOfOneCollectionsChunksInOneStream) {
  const ChunkKey key{"acme", "web", Stream::kCommits, "2026-01-31", "20260131T235959Z", 12};
  const auto prefix = [&](const std::string& repo, Stream stream) {
    return chunks_prefix("acme", repo, stream, key.date, key.collection_id);
  };
  EXPECT_EQ(prefix("web", Stream::kCommits) + "12.json", key.to_string());
  EXPECT_FALSE(key.to_string().starts_with(prefix("we", Stream::kCommits)));
  EXPECT_FALSE(key.to_string().starts_with(prefix("web", Stream::kReviews)));
}

TEST(Prefixes, EndAtAFolderBorder) {
  EXPECT_EQ(organisation_prefix("acme"), "acme/");
  EXPECT_EQ(repository_prefix("acme", "web"), "acme/web/");
  EXPECT_EQ(checkpoints_prefix("acme"), "acme/_checkpoints/");
}

TEST(ProbeKey, IsNoChunkNorCheckpointNorInAnOrganisationsFolder) {
  const std::string key = probe_key("1f");
  EXPECT_TRUE(check_key(key));
  EXPECT_FALSE(parse_chunk_key(key));
  EXPECT_FALSE(parse_checkpoint_key(key));
  EXPECT_EQ(key, "_doctor/1f.json");  // GitHub lets no account's name begin with "_"
}

TEST(CheckKey, SaysWhatIsWrong) {
  EXPECT_TRUE(check_key("acme/web/..x/.y"));
  EXPECT_TRUE(check_key(std::string(1024, 'a')));
  const struct {
    std::string key;
    std::string_view word;
  } cases[] = {{"", "0 bytes"},         {std::string(1025, 'a'), "1025 bytes"},
               {".git/x", "'.'"},       {"a//b", "empty part"},
               {"a/../b", "'..'"},      {"a\\b", "backslash"},
               {"a\x1b[2J", "control"}, {"a\xff", "UTF-8"}};
  for (const auto& c : cases) {
    const Status status = check_key(c.key);
    ASSERT_FALSE(status) << c.word;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(status.error().message.find(c.word), std::string::npos) << status.error().message;
    EXPECT_EQ(status.error().message.find('\x1b'), std::string::npos);
  }
}

}  // namespace
}  // namespace github_stats
