#include "collect/chunk_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/gzip.h"
#include "testing/memory_store.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class ChunkWriterTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.init()); }

  ChunkTarget target(bool compress) {
    return {"acme", "web", "2026-01-31", "20260131T235959Z", /*rows_per_chunk=*/2, compress};
  }

  RowBatch three_commits() {
    RowBatch batch;
    for (const std::string_view line : {"{\"n\":1}", "{\"n\":2}", "{\"n\":3}"}) {
      batch[Stream::kCommits].append(line);
    }
    return batch;
  }

  MemoryStore store_;
};

TEST_F(ChunkWriterTest, WritesFullChunksAndKeepsTheRest) {
  ChunkWriter writer(store_, target(/*compress=*/false), {});
  ASSERT_TRUE(writer.append(three_commits()));
  EXPECT_THAT(store_.objects(),
              ElementsAre(Pair("acme/web/commits/2026-01-31/20260131T235959Z_chunk_0.json",
                               "{\"n\":1}\n{\"n\":2}\n")));
  ASSERT_TRUE(writer.flush());
  EXPECT_EQ(store_.objects().at("acme/web/commits/2026-01-31/20260131T235959Z_chunk_1.json"),
            "{\"n\":3}\n");
}

TEST_F(ChunkWriterTest, CompressesWhenToldTo) {
  ChunkWriter writer(store_, target(/*compress=*/true), {});
  ASSERT_TRUE(writer.append(three_commits()));
  ASSERT_TRUE(writer.flush());
  const auto objects = store_.objects();
  ASSERT_EQ(objects.size(), 2U);
  const std::string& first =
      objects.at("acme/web/commits/2026-01-31/20260131T235959Z_chunk_0.json.gz");
  EXPECT_EQ(gunzip(first, 1000), "{\"n\":1}\n{\"n\":2}\n");
  const std::string& second =
      objects.at("acme/web/commits/2026-01-31/20260131T235959Z_chunk_1.json.gz");
  EXPECT_EQ(gunzip(second, 1000), "{\"n\":3}\n");
}

TEST_F(ChunkWriterTest, CountsWhatIsInTheStore) {
  for (const bool compress : {false, true}) {
    MemoryStore store;
    ASSERT_TRUE(store.init());
    // Numbers go on from chunks of an earlier run, which this one did not write.
    ChunkWriter writer(store, target(compress), {5, 5, 5, 5, 5});
    ASSERT_TRUE(writer.append(three_commits()));
    ASSERT_TRUE(writer.flush());
    int64_t bytes = 0;
    for (const auto& [key, content] : store.objects()) {
      bytes += std::ssize(content);
    }
    EXPECT_EQ(writer.chunks_written(), 2);
    EXPECT_EQ(writer.bytes_written(), bytes);
  }
}

TEST_F(ChunkWriterTest, StopsAtAChunkThatAnotherProcessWrote) {
  for (const bool compress : {false, true}) {
    ChunkWriter first(store_, target(compress), {});
    ASSERT_TRUE(first.append(three_commits()));
    ChunkWriter second(store_, target(compress), {});
    const Status status = second.append(three_commits());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kPreconditionFailed);
    EXPECT_THAT(status.error().message, HasSubstr("another process"));
  }
}

}  // namespace
}  // namespace github_stats
