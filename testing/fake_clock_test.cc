#include "testing/fake_clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace github_stats {
namespace {

using namespace std::chrono_literals;

TEST(FakeClock, StartsAtAKnownTime) {
  FakeClock clock;
  EXPECT_EQ(format_time(clock.now()), "2026-01-31T12:00:00Z");
  EXPECT_EQ(clock.elapsed(), 0s);
}

TEST(FakeClock, MovesOnlyWhenToldTo) {
  FakeClock clock(Time(0s));
  EXPECT_EQ(clock.now(), Time(0s));
  clock.advance(90s);
  EXPECT_EQ(clock.now(), Time(90s));
  EXPECT_EQ(clock.elapsed(), 90s);
  clock.jump(-1h);
  EXPECT_EQ(clock.now(), Time(90s - 1h));
  EXPECT_EQ(clock.elapsed(), 90s) << "a jump of the wall clock is no time passing";
}

TEST(FakeClock, ASleepPassesAtOnceAndIsRecorded) {
  FakeClock clock(Time(0s));
  EXPECT_TRUE(clock.sleep_for(1h, {}));
  EXPECT_TRUE(clock.sleep_for(2s, {}));
  EXPECT_EQ(clock.elapsed(), 1h + 2s);
  EXPECT_EQ(clock.sleeps(), (std::vector<Duration>{1h, 2s}));
}

TEST(FakeClock, AStopCutsASleepShort) {
  FakeClock clock(Time(0s));
  std::stop_source stop;
  clock.on_sleep([&](Duration) { stop.request_stop(); });
  EXPECT_FALSE(clock.sleep_for(1h, stop.get_token()));
  EXPECT_EQ(clock.elapsed(), 0s);
  EXPECT_EQ(clock.sleeps(), (std::vector<Duration>{1h}));
}

TEST(FakeClock, MayBeSharedByThreads) {
  FakeClock clock(Time(0s));
  {
    const auto sleep_often = [&] {
      for (int i = 0; i < 200; ++i) {
        clock.sleep_for(1s, {});
      }
    };
    const std::jthread one(sleep_often);
    const std::jthread other(sleep_often);
  }
  EXPECT_EQ(clock.elapsed(), 400s);
  EXPECT_EQ(clock.sleeps().size(), 400U);
}

}  // namespace
}  // namespace github_stats
