#include "github/secondary_limit.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using namespace std::chrono_literals;

TEST(SecondaryLimit, PausesAsLongAsItIsTold) {
  SecondaryLimit limit(2h);
  EXPECT_TRUE(limit.slow_down(10s, 1, 1, 42s));
  EXPECT_EQ(limit.paused_until(), Duration(52s));
}

TEST(SecondaryLimit, PausesAMinuteAndThenTwiceAsLong) {
  SecondaryLimit limit(2h);
  Duration now{0};
  for (const Duration pause : {Duration(1min), Duration(2min), Duration(4min), Duration(8min)}) {
    static uint64_t serial = 0;
    ++serial;
    EXPECT_TRUE(limit.slow_down(now, serial, serial, {}));
    EXPECT_EQ(limit.paused_until(), now + pause);
    now = limit.paused_until();
  }
}

TEST(SecondaryLimit, CountsWorkersThatHitItTogetherOnce) {
  SecondaryLimit limit(2h);
  for (uint64_t serial = 10; serial >= 1; --serial) {
    EXPECT_TRUE(limit.slow_down(5s, serial, 10, {}));
  }
  EXPECT_EQ(limit.paused_until(), Duration(65s));
  EXPECT_TRUE(limit.slow_down(6s, 3, 10, 90s));
  EXPECT_EQ(limit.paused_until(), Duration(96s)) << "but what one of them is told is kept";
  EXPECT_TRUE(limit.slow_down(96s, 11, 11, {}));
  EXPECT_EQ(limit.paused_until(), Duration(96s + 2min))
      << "the one after the pause makes it longer";
}

TEST(SecondaryLimit, LetsOneRequestGoFirstAfterwards) {
  SecondaryLimit limit(2h);
  limit.begin(1);
  EXPECT_FALSE(limit.is_trying());
  EXPECT_TRUE(limit.slow_down(0s, 1, 1, 1s));
  limit.begin(2);
  EXPECT_TRUE(limit.is_trying());
  limit.end(2);  // without an answer
  EXPECT_FALSE(limit.is_trying());
  limit.begin(3);
  limit.end(3);
  limit.answered(3);
  limit.begin(4);
  EXPECT_FALSE(limit.is_trying()) << "all may go";
}

TEST(SecondaryLimit, IsForgottenAfterASuccessThatWasSentLater) {
  SecondaryLimit limit(2h);
  EXPECT_TRUE(limit.slow_down(0s, 1, 2, {}));
  limit.answered(2);  // was sent before the pause, and says nothing
  EXPECT_TRUE(limit.slow_down(60s, 3, 3, {}));
  EXPECT_EQ(limit.paused_until(), Duration(3min));
  limit.answered(4);
  EXPECT_TRUE(limit.slow_down(10min, 5, 5, {}));
  EXPECT_EQ(limit.paused_until(), Duration(11min));
}

TEST(SecondaryLimit, IsGivenUpInTheEnd) {
  EXPECT_FALSE(SecondaryLimit(5min).slow_down(0s, 1, 1, 301s));
  SecondaryLimit slow(4min);
  EXPECT_TRUE(slow.slow_down(0s, 1, 1, {}));
  EXPECT_TRUE(slow.slow_down(1min, 2, 2, {}));
  EXPECT_FALSE(slow.slow_down(3min, 3, 3, {})) << "one minute and two and four";
  SecondaryLimit often(2h);
  uint64_t serial = 1;
  while (serial < 100 && often.slow_down(0s, serial, serial, 0s)) {
    ++serial;
  }
  EXPECT_LT(serial, 20U) << "no time passes, but attempts do";
}

}  // namespace
}  // namespace github_stats
