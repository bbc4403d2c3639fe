#include "extract/row_batch.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

TEST(RowLines, GiveRunsOfRows) {
  RowLines lines;
  lines.append("a");
  lines.append("bb");
  lines.append("");
  EXPECT_EQ(lines.rows(), 3U);
  EXPECT_EQ(lines.lines(0, 3), "a\nbb\n\n");
  EXPECT_EQ(lines.lines(1, 1), "bb\n");
  EXPECT_EQ(lines.lines(1, 0), "");
}

TEST(RowLines, AreJoinedAndDroppedFromTheFront) {
  RowLines lines;
  lines.append("a");
  RowLines more;
  more.append("b");
  more.append("c");
  lines.append_all(more);
  EXPECT_EQ(lines.lines(0, 3), "a\nb\nc\n");
  lines.drop_front(2);
  EXPECT_EQ(lines.rows(), 1U);
  EXPECT_EQ(lines.lines(0, 1), "c\n");
  lines.append("d");
  EXPECT_EQ(lines.lines(1, 1), "d\n");
  lines.drop_front(2);
  EXPECT_EQ(lines.size_in_bytes(), 0U);
}

}  // namespace
}  // namespace github_stats
