#include "cli/text.h"

#include <gtest/gtest.h>

#include "cli/text_table.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;

TEST(Text, WritesNumbersInGroups) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(-1234567), "-1,234,567");
  EXPECT_EQ(with_thousands(-123), "-123");
}

TEST(Text, CountsThings) {
  EXPECT_EQ(counted(0, "chunk", "chunks"), "0 chunks");
  EXPECT_EQ(counted(1, "chunk", "chunks"), "1 chunk");
  EXPECT_EQ(counted(1234, "chunk", "chunks"), "1,234 chunks");
}

TEST(Text, WritesDurations) {
  EXPECT_EQ(for_people(430ms), "0.4 s");
  EXPECT_EQ(for_people(9960ms), "10 s");
  EXPECT_EQ(for_people(59600ms), "1 min 0 s");
  EXPECT_EQ(for_people(185s), "3 min 5 s");
  EXPECT_EQ(for_people(7800s), "2 h 10 min");
}

TEST(Text, WritesBytes) {
  EXPECT_EQ(bytes_for_people(1023), "1023 B");
  EXPECT_EQ(bytes_for_people(4813), "4.7 KiB");
  EXPECT_EQ(bytes_for_people(1288490189), "1.2 GiB");
}

TEST(TextTable, AlignsColumnsAndDisarmsText) {
  TextTable table({"name", "rows"});
  table.add({"é\x1b[31m", "7"});
  table.rule();
  table.add({"all", "1,234"});
  EXPECT_EQ(table.render(),
            "name     rows\n"
            "é?[31m      7\n"
            "------  -----\n"
            "all     1,234\n");
}

}  // namespace
}  // namespace github_stats
