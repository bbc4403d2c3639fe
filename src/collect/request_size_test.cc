#include "collect/request_size.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

TEST(RequestSize, HalvesAtOnceAndGrowsBack) {
  RequestSize size(149);
  EXPECT_EQ(size.limit(), 149U);
  size.failed(140);
  EXPECT_EQ(size.limit(), 70U);
  size.failed(70);
  EXPECT_EQ(size.limit(), 35U);
  for (int i = 0; i < 100 && size.limit() < 149; ++i) {
    size.succeeded(size.limit());
  }
  EXPECT_EQ(size.limit(), 149U);
}

TEST(RequestSize, ReachesOneThingAndComesBackFromThere) {
  RequestSize size(149);
  for (int i = 0; i < 20; ++i) {
    size.failed(size.limit());
  }
  EXPECT_EQ(size.limit(), 1U);
  int successes = 0;
  while (size.limit() < 149 && successes < 10'000) {
    size.succeeded(7);
    size.succeeded(size.limit());
    ++successes;
  }
  EXPECT_LT(successes, 1'000);
}

TEST(RequestSize, IsNotRaisedByRequestsThatWereSmallAnyway) {
  RequestSize size(149);
  size.failed(149);
  for (int i = 0; i < 1'000; ++i) {
    size.succeeded(7);
  }
  EXPECT_EQ(size.limit(), 74U);
}

TEST(RequestSize, TriesLessAndLessOftenWhatFailsEachTime) {
  RequestSize size(149);
  int failures = 0;
  int requests = 0;
  for (; requests < 2'000; ++requests) {
    const size_t asked = size.limit();
    asked > 100 ? size.failed(asked) : size.succeeded(asked);
    failures += asked > 100 ? 1 : 0;
  }
  EXPECT_LT(failures, 50) << "of " << requests;
}

TEST(RequestSize, ForgetsFailuresThatComeByChance) {
  RequestSize size(149);
  size_t asked = 0;
  for (int i = 1; i <= 1'000; ++i) {
    asked += size.limit();
    i % 20 == 0 ? size.failed(size.limit()) : size.succeeded(size.limit());
  }
  EXPECT_GT(asked, 149U * 1'000 * 9 / 10) << "one failure in twenty";
}

}  // namespace
}  // namespace github_stats
