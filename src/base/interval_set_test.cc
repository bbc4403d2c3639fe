#include "base/interval_set.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <string>

#include "testing/random_seed.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using Interval = IntervalSet::Interval;

constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

IntervalSet set_of(std::initializer_list<Interval> intervals) {
  IntervalSet set;
  for (const Interval& interval : intervals) {
    set.add(interval.first, interval.last);
  }
  return set;
}

TEST(IntervalSet, JoinsWhatTouches) {
  EXPECT_THAT(set_of({{0, 4}, {5, 9}}).intervals(), ElementsAre(Interval{0, 9}));
  EXPECT_THAT(set_of({{5, 9}, {0, 4}}).intervals(), ElementsAre(Interval{0, 9}));
  EXPECT_THAT(set_of({{0, 9}, {3, 5}}).intervals(), ElementsAre(Interval{0, 9}));
  EXPECT_THAT(set_of({{3, 5}, {0, 9}}).intervals(), ElementsAre(Interval{0, 9}));
  EXPECT_THAT(set_of({{0, 1}, {4, 5}, {8, 9}, {1, 7}}).intervals(), ElementsAre(Interval{0, 9}));
  EXPECT_THAT(set_of({{0, 1}, {3, 4}}).intervals(), ElementsAre(Interval{0, 1}, Interval{3, 4}));
}

TEST(IntervalSet, GoesToTheLargestNumber) {
  const IntervalSet set = set_of({{kLargest, kLargest}, {0, 0}, {kLargest - 1, kLargest - 1}});
  EXPECT_THAT(set.intervals(), ElementsAre(Interval{0, 0}, Interval{kLargest - 1, kLargest}));
  EXPECT_TRUE(set.contains(kLargest));
  EXPECT_FALSE(set.contains(kLargest - 2));
  EXPECT_EQ(set.size(), 3);
}

TEST(IntervalSet, HoldsFewRangesWhileNumbersComeInTheOrderOfTheirNames) {
  constexpr int kNumbers = 20'000;
  std::vector<std::string> names;
  for (int i = 0; i < kNumbers; ++i) {
    names.push_back(std::to_string(i));
  }
  std::ranges::sort(names);
  IntervalSet set;
  size_t most = 0;
  for (const std::string& name : names) {
    set.add(std::stoi(name));
    most = std::max(most, set.intervals().size());
  }
  EXPECT_LE(most, 10U);
  EXPECT_THAT(set.intervals(), ElementsAre(Interval{0, kNumbers - 1}));
}

TEST(IntervalSet, IsTheSetThatWasAdded) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    IntervalSet set;
    std::set<int64_t> expected;
    for (int i = 0; i < 20; ++i) {
      const auto first = static_cast<int64_t>(random() % 60);
      const auto last = first + static_cast<int64_t>(random() % 5);
      set.add(first, last);
      for (int64_t number = first; number <= last; ++number) {
        expected.insert(number);
      }
    }
    EXPECT_EQ(set.size(), static_cast<int64_t>(expected.size()));
    EXPECT_EQ(set.empty(), expected.empty());
    for (int64_t number = -1; number < 70; ++number) {
      EXPECT_EQ(set.contains(number), expected.contains(number)) << number;
    }
    for (size_t i = 1; i < set.intervals().size(); ++i) {
      EXPECT_GT(set.intervals()[i].first, set.intervals()[i - 1].last + 1);
    }
  }
}

}  // namespace
}  // namespace github_stats
