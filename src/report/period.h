// Whole days of UTC, and spans of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

using Day = std::chrono::sys_days;

Day day_of(Time time);

// "2026-01-31".
std::string format_day(Day day);

// Reads what format_day writes. invalid_argument, with `option` in front, for anything else.
Result<Day> parse_day(std::string_view option, std::string_view text);

// From the first day's beginning to the last day's end.
struct Period {
  Day first;
  Day last;

  int64_t days() const { return (last - first).count() + 1; }
  bool contains(Day day) const { return first <= day && day <= last; }
  bool operator==(const Period&) const = default;
};

// As many days, directly before.
Period before(const Period& period);

// The Monday on or before `day`.
Day week_of(Day day);

// What the command line says; empty: nothing.
struct WantedPeriod {
  std::string first;  // a day
  std::string last;   // a day
};

// The period to report on, of what was known at `as_of`. It ends on that moment's day, or on `last`
// if that is earlier; without `first` it is 12 weeks long, so
// that it and the one before are within the days that a first backfill brings. invalid_argument
// when there is no day in it, or more than kMostDays.
Result<Period> choose_period(const WantedPeriod& wanted, Time as_of);

inline constexpr int64_t kMostDays = 36'500;

// Reads a moment, or a day, which means its last second.
Result<Time> parse_as_of(std::string_view text);

}  // namespace github_stats
