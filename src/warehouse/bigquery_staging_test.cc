#include "warehouse/bigquery_staging.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/gzip.h"
#include "testing/temp_dir.h"

namespace github_stats::bigquery {
namespace {

using testing::HasSubstr;
using enum Stream;

std::string reason(std::string_view message) { return reason_in(message, kCommits); }

TEST(BigQueryReason, TellsWhereAndWhichColumnButNothingOfTheRow) {
  EXPECT_EQ(reason("Error while reading data, error message: JSON parsing error in row starting at "
                   "position 1207: Could not convert value to integer. Field: additions; Value: "
                   "SECRET File: gs://b/o"),
            "the row at byte 1207 is not what the table takes: column additions");
  EXPECT_EQ(reason("JSON parsing error in row starting at position 0: Missing required field: sha. "
                   "File: gs://b/o"),
            "the row at byte 0 is not what the table takes: column sha");
  EXPECT_EQ(reason("JSON parsing error in row starting at position 7: Repeated field must be "
                   "imported as a JSON array. Field: co_authors."),
            "the row at byte 7 is not what the table takes: column co_authors");
  EXPECT_EQ(reason("Could not parse 'SECRET' as a timestamp"), "a row is not what the table takes");
}

class BigQueryChunkFile : public testing::Test {
 protected:
  ChunkToLoad chunk(const std::string& name, std::string_view bytes) const {
    std::ofstream(dir_.path() / name, std::ios::binary) << bytes;
    return {kCommits, "key of " + name, (dir_.path() / name).string()};
  }

  const TempDir dir_;
};

TEST_F(BigQueryChunkFile, HoldsAllRowsAndKnowsWhoseTheyAre) {
  const ChunkToLoad chunks[] = {chunk("a.json", "1\n2\n"), chunk("empty.json", ""),
                                chunk("b.json.gz", *gzip("3\n")), chunk("c.json", "4")};
  const auto file = ChunkFile::of(chunks);
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_EQ(file->size(), 8U);
  EXPECT_EQ(*file->read(0, 8), "1\n2\n3\n4\n");
  EXPECT_EQ(*file->read(2, 3), "2\n3");
  EXPECT_EQ(file->key_at(0), "key of a.json");
  EXPECT_EQ(file->key_at(3), "key of a.json");
  EXPECT_EQ(file->key_at(4), "key of b.json.gz");
  EXPECT_EQ(file->key_at(7), "key of c.json");
  EXPECT_EQ(file->key_at(100), "key of c.json");
}

TEST_F(BigQueryChunkFile, NamesWhatCannotBeRead) {
  const ChunkToLoad gone[] = {{kCommits, "gone", (dir_.path() / "gone").string()}};
  EXPECT_THAT(ChunkFile::of(gone).error().message, HasSubstr("chunk gone"));
  const ChunkToLoad broken[] = {chunk("x.json.gz", "no gzip")};
  const auto file = ChunkFile::of(broken);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kDataLoss);
  EXPECT_THAT(file.error().message, HasSubstr("key of x.json.gz"));
}

}  // namespace
}  // namespace github_stats::bigquery
