#include "github/outage.h"

#include <gtest/gtest.h>

#include <vector>

namespace github_stats {
namespace {

using namespace std::chrono_literals;

// One that has been reached, and then failed so often in a row.
Outage after_failures(int count, Duration longest = 2h) {
  Outage outage(longest);
  outage.answered();
  for (int i = 0; i < count; ++i) {
    EXPECT_TRUE(outage.failed(1s, static_cast<uint64_t>(i) + 1));
  }
  return outage;
}

TEST(Outage, IsDoubtedAfterFailuresInARow) {
  EXPECT_FALSE(after_failures(4).is_in_doubt());
  EXPECT_TRUE(after_failures(5).is_in_doubt());
  EXPECT_EQ(after_failures(5).next_probe_at(), Duration(1s)) << "the probe goes out at once";
}

TEST(Outage, IsNotDoubtedWhileOthersSucceed) {
  Outage outage = after_failures(4);
  for (uint64_t serial = 10; serial < 100; ++serial) {
    EXPECT_TRUE(outage.failed(2s, serial));
    outage.answered();
  }
  EXPECT_FALSE(outage.is_in_doubt());
}

TEST(Outage, IsNoneWhenTheProbeIsAnswered) {
  Outage outage = after_failures(5);
  outage.probe(6);
  EXPECT_TRUE(outage.is_probing());
  outage.answered();
  EXPECT_FALSE(outage.is_in_doubt());
  EXPECT_FALSE(outage.is_probing());
}

TEST(Outage, IsProbedLessAndLessOften) {
  Outage outage = after_failures(5);
  std::vector<Duration> waits;
  Duration now = 1s;
  for (uint64_t serial = 6; serial < 14; ++serial) {
    outage.probe(serial);
    EXPECT_TRUE(outage.failed(now, serial));
    waits.push_back(outage.next_probe_at() - now);
    now = outage.next_probe_at();
  }
  EXPECT_EQ(waits, (std::vector<Duration>{5s, 10s, 20s, 40s, 80s, 2min, 2min, 2min}));
}

TEST(Outage, WhatElseFailsMeanwhileChangesNothing) {
  Outage outage = after_failures(5);
  outage.probe(6);
  EXPECT_TRUE(outage.failed(2s, 3));
  EXPECT_TRUE(outage.is_probing());
  EXPECT_TRUE(outage.failed(3s, 6));
  EXPECT_TRUE(outage.failed(4s, 4));
  EXPECT_EQ(outage.next_probe_at(), Duration(8s));
  outage.probe(7);
  outage.dropped(4);
  EXPECT_TRUE(outage.is_probing());
  outage.dropped(7);
  EXPECT_FALSE(outage.is_probing());
  EXPECT_TRUE(outage.is_in_doubt());
}

TEST(Outage, IsGivenUpWhenItLastsTooLong) {
  Outage outage = after_failures(5, 1min);
  Duration now = 1s;
  uint64_t serial = 6;
  outage.probe(serial);
  while (outage.failed(now, serial)) {
    now = outage.next_probe_at();
    outage.probe(++serial);
  }
  EXPECT_EQ(now, Duration(1s + 5s + 10s + 20s)) << "40 s more would be too long";
}

TEST(Outage, CanOnlyFollowAnAnswer) {
  Outage outage(2h);
  for (uint64_t serial = 1; serial < 100; ++serial) {
    EXPECT_TRUE(outage.failed(1s, serial));
  }
  EXPECT_FALSE(outage.is_in_doubt()) << "an address that never answered is more likely wrong";
}

}  // namespace
}  // namespace github_stats
