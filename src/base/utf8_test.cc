#include "base/utf8.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

TEST(ValidUtf8, KeepsUtf8) {
  for (const std::string_view text : {"", "plain", "naïve 日本 😀", "\x7f\x01"}) {
    EXPECT_EQ(valid_utf8(text), text);
  }
}

TEST(ValidUtf8, ReplacesWhatIsNone) {
  const std::string bad = "\xef\xbf\xbd";
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a" + bad + "b");
  EXPECT_EQ(valid_utf8("cut \xc3"), "cut " + bad);
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), bad + bad + bad) << "a surrogate";
  EXPECT_EQ(valid_utf8("\xc0\x80"), bad + bad) << "longer than need be";
}

}  // namespace
}  // namespace github_stats
