#include "base/nearest.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace github_stats {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"throughput", "size", "reviewers"};

TEST(Nearest, FindsWhatWasMistyped) {
  EXPECT_EQ(nearest("troughput", kNames), "throughput");
  EXPECT_EQ(nearest("reviewer", kNames), "reviewers");
  EXPECT_EQ(nearest("sizze", kNames), "size");
  EXPECT_EQ(nearest("size", kNames), "size");
}

TEST(Nearest, GivesNothingForAWordOfItsOwn) {
  EXPECT_EQ(nearest("contributors", kNames), "");
  EXPECT_EQ(nearest("throughput", {}), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), kNames), "");
}

}  // namespace
}  // namespace github_stats
