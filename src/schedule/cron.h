// Times as cron writes them: five fields, in UTC, so that no hour is left out or comes twice.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

class CronTimes {
 public:
  // Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday). Each field is "*",
  // a number, a range "1-5", either with a step ("*/6", "8-18/2"), or several of these with commas
  // between; months and days of the week also have names ("jan", "mon"). As in cron, a day need
  // only be one of the month's or one of the week's days when neither field begins with "*".
  //
  // Fails with invalid_argument, naming the field and what is allowed there; also when there is no
  // such day, as with "0 0 30 2 *".
  static Result<CronTimes> parse(std::string_view text);

  // The first of the times after `time`: a whole minute.
  Time next_after(Time time) const;

 private:
  using Set = uint64_t;  // bit n: the value n is in

  bool has_day(std::chrono::sys_days day) const;
  std::optional<Time> next_within_years(Time time) const;

  std::array<Set, 5> fields_{};
  bool any_day_of_month_ = false;
  bool any_day_of_week_ = false;
};

}  // namespace github_stats
