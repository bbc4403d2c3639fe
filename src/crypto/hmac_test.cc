#include "crypto/hmac.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

// RFC 4231.
TEST(KeyedHash, FollowsTheStandardsExamples) {
  EXPECT_EQ(keyed_hash("Jefe", "what do ya want for nothing?", kMostHashDigits),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(keyed_hash(std::string(20, '\x0b'), "Hi There", kMostHashDigits),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(keyed_hash(std::string(131, '\xaa'),
                       "Test Using Larger Than Block-Size Key - Hash Key First", kMostHashDigits),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(KeyedHash, IsCutOffWhereAsked) {
  EXPECT_EQ(keyed_hash("Jefe", "what do ya want for nothing?", 5), "5bdcc");
  EXPECT_EQ(keyed_hash("Jefe", "what do ya want for nothing?", 0), "");
}

TEST(KeyedHash, DependsOnTheKeyAndTakesAnyBytes) {
  EXPECT_NE(keyed_hash("a", "text", 16), keyed_hash("b", "text", 16));
  EXPECT_NE(keyed_hash("a", std::string_view("\0", 1), 16), keyed_hash("a", "", 16));
}

}  // namespace
}  // namespace github_stats
