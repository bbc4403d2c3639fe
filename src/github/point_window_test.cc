#include "github/point_window.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

using namespace std::chrono_literals;

TEST(PointWindow, CountsFromTheRequestUntilAMinuteAfterItsAnswer) {
  PointWindow window(100, 1min);
  window.begin(60);
  EXPECT_EQ(window.fits_at(0s, 40), Duration(0s));
  EXPECT_EQ(window.fits_at(0s, 41), std::nullopt) << "only an answer can make room";
  window.end(30s, 60, 60);
  EXPECT_EQ(window.fits_at(30s, 41), Duration(90s));
  EXPECT_EQ(window.fits_at(95s, 100), Duration(95s));
}

TEST(PointWindow, WaitsForAsManyToPassAsItTakes) {
  PointWindow window(100, 1min);
  for (const Duration at : {Duration(1s), Duration(2s), Duration(3s)}) {
    window.begin(30);
    window.end(at, 30, 30);
  }
  EXPECT_EQ(window.fits_at(4s, 10), Duration(4s));
  EXPECT_EQ(window.fits_at(4s, 11), Duration(61s));
  EXPECT_EQ(window.fits_at(4s, 41), Duration(62s));
  EXPECT_EQ(window.fits_at(4s, 1000), Duration(63s)) << "more than ever fits goes alone";
}

TEST(PointWindow, TakesWhatTheAnswerSaysItCost) {
  PointWindow window(100, 1min);
  window.begin(90);
  window.end(1s, 90, 10);
  EXPECT_EQ(window.fits_at(1s, 90), Duration(1s));
  window.begin(1);
  window.end(2s, 1, 0);
  EXPECT_EQ(window.fits_at(2s, 90), Duration(2s));
}

}  // namespace
}  // namespace github_stats
