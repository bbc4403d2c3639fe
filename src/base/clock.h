// Time, injected: nothing in this program asks the system for the time or sleeps behind a test's
// back. The fake is in testing/fake_clock.h.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace github_stats {

using Duration = std::chrono::microseconds;
// A point in UTC, microsecond precision (what both warehouses keep).
using Time = std::chrono::sys_time<Duration>;

class Clock {
 public:
  virtual ~Clock() = default;

  // The wall clock. May jump.
  virtual Time now() = 0;

  // Time since an arbitrary start; never goes back. For measuring and for deadlines.
  virtual Duration elapsed() = 0;

  // Waits `duration`. False when `stop` ended the wait early.
  virtual bool sleep_for(Duration duration, std::stop_token stop) = 0;
};

// The machine's clock. Lives as long as the program.
//
// For tests of the whole program: with GITHUB_STATS_CLOCK_RATE=K in the environment (1 to
// kMostClockRate) it runs K times as fast as real time from the program's start on, and a sleep
// takes a K-th of its time. Waits for the network stay as they are.
Clock& system_clock();

inline constexpr double kMostClockRate = 1'000'000;

// A clock like that, which runs `rate` times as fast as real time from now on.
std::unique_ptr<Clock> make_system_clock(double rate);

// "2026-01-31T23:59:59Z", with ".123456" after the seconds when `time` has a fraction.
std::string format_time(Time time);

// "20260131T235959Z": the form used in object names.
std::string format_compact_time(Time time);

// "2026-01-31".
std::string format_date(Time time);

// Reads what format_time and GitHub write: RFC 3339 with "Z" or an offset.
Result<Time> parse_time(std::string_view text);

// Reads what format_compact_time writes.
Result<Time> parse_compact_time(std::string_view text);

// True for a calendar day written "2026-01-31".
bool is_date(std::string_view text);

}  // namespace github_stats
