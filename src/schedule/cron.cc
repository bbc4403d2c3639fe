#include "schedule/cron.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/log.h"
#include "base/split.h"

namespace github_stats {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

enum FieldIndex : size_t { kMinute, kHour, kDayOfMonth, kMonth, kDayOfWeek };

struct Field {
  std::string_view name;
  int least;
  int most;
  // Three letters for each value from `least` on.
  std::string_view names;
};

constexpr std::array<Field, 5> kFields = {{
    {"minute", 0, 59, ""},
    {"hour", 0, 23, ""},
    {"day of the month", 1, 31, ""},
    {"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
    {"day of the week", 0, 7, "sunmontuewedthufrisat"},
}};

// The 29th of February can be eight years away; any other day is nearer.
constexpr int kMostDaysAhead = 366 * 9;

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words = split(text, ' ');
  std::erase(words, "");
  return words;
}

std::optional<int> number_in(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [read_to, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && read_to == end && !text.starts_with('-') ? std::optional(value)
                                                                          : std::nullopt;
}

std::optional<int> value_in(const Field& field, std::string_view text) {
  for (size_t at = 0; at < field.names.size(); at += 3) {
    if (field.names.substr(at, 3) == lower(text)) {
      return field.least + static_cast<int>(at / 3);
    }
  }
  const auto value = number_in(text);
  return value && *value >= field.least && *value <= field.most ? value : std::nullopt;
}

// The values of one part between commas, or nothing when it is malformed.
std::optional<uint64_t> values_in(const Field& field, std::string_view part) {
  const size_t slash = part.find('/');
  const std::string_view range = part.substr(0, slash);
  const size_t dash = range.find('-');
  std::optional<int> first = field.least;
  std::optional<int> last = field.most;
  std::optional<int> step = 1;
  if (range != "*") {
    first = value_in(field, range.substr(0, dash));
    last = dash == std::string_view::npos ? first : value_in(field, range.substr(dash + 1));
    if (last == 0 && first > 0 && &field == &kFields[kDayOfWeek]) {
      last = 7;  // "fri-sun"
    }
  }
  if (slash != std::string_view::npos) {
    // "5/10" is read in different ways by different programs.
    const bool has_range = range == "*" || dash != std::string_view::npos;
    step = has_range ? number_in(part.substr(slash + 1)) : std::nullopt;
  }
  if (!first || !last || *first > *last || !step || *step < 1) {
    return std::nullopt;
  }
  uint64_t values = 0;
  for (int value = *first; value <= *last; value += std::min(*step, 64)) {
    values |= uint64_t{1} << static_cast<unsigned>(value);
  }
  return values;
}

std::string allowed_in(const Field& field) {
  return fmt::format(
      "allowed: *, numbers from {} to {}{}, ranges such as {}-{}, steps such as */{}", field.least,
      field.most, field.names.empty() ? "" : " or three-letter names", field.least, field.least + 1,
      2);
}

Result<uint64_t> parse_field(const Field& field, std::string_view text) {
  uint64_t values = 0;
  for (const std::string_view part : split(text, ',')) {
    const auto more = values_in(field, part);
    if (!more) {
      return fail(
          ErrorCode::kInvalidArgument,
          fmt::format("'{}' can't be the {} of a time to run at", printable(text), field.name),
          allowed_in(field));
    }
    values |= *more;
  }
  return values;
}

// The lowest value from `from` on; nothing when there is none.
std::optional<int> lowest_from(uint64_t values, int from) {
  const uint64_t rest = from > 63 ? 0 : values >> static_cast<unsigned>(from);
  return rest == 0 ? std::nullopt : std::optional(from + std::countr_zero(rest));
}

}  // namespace

Result<CronTimes> CronTimes::parse(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != kFields.size()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' has {} fields instead of five", printable(text), words.size()),
                "write minute, hour, day of the month, month and day of the week: '0 */6 * * *'");
  }
  CronTimes times;
  for (size_t i = 0; i < kFields.size(); ++i) {
    ASSIGN_OR_RETURN(times.fields_[i], parse_field(kFields[i], words[i]));
  }
  times.fields_[kDayOfWeek] |= times.fields_[kDayOfWeek] >> 7U & 1U;  // 7 is Sunday, too
  times.any_day_of_month_ = words[kDayOfMonth].starts_with('*');
  times.any_day_of_week_ = words[kDayOfWeek].starts_with('*');
  if (!times.next_within_years(Time{})) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("no year has a day as '{}' wants it", printable(text)),
                "correct the day of the month or the month");
  }
  return times;
}

bool CronTimes::has_day(std::chrono::sys_days day) const {
  const std::chrono::year_month_day date(day);
  const auto has = [this](FieldIndex field, unsigned value) {
    return (fields_[field] >> value & 1U) != 0;
  };
  const bool of_month = has(kDayOfMonth, unsigned(date.day()));
  const bool of_week = has(kDayOfWeek, std::chrono::weekday(day).c_encoding());
  const bool either_will_do = !any_day_of_month_ && !any_day_of_week_;
  return has(kMonth, unsigned(date.month())) &&
         (either_will_do ? of_month || of_week : of_month && of_week);
}

std::optional<Time> CronTimes::next_within_years(Time time) const {
  // Whole minutes only: the first that comes into question is the one after this one.
  const auto from = std::chrono::floor<minutes>(time) + minutes(1);
  const auto today = std::chrono::floor<days>(from);
  for (int ahead = 0; ahead < kMostDaysAhead; ++ahead) {
    const std::chrono::sys_days day = today + days(ahead);
    if (!has_day(day)) {
      continue;
    }
    const int earliest = ahead == 0 ? static_cast<int>((from - today) / minutes(1)) : 0;
    for (auto hour = lowest_from(fields_[kHour], earliest / 60); hour;
         hour = lowest_from(fields_[kHour], *hour + 1)) {
      const int first = *hour == earliest / 60 ? earliest % 60 : 0;
      if (const auto minute = lowest_from(fields_[kMinute], first)) {
        return Time(day) + hours(*hour) + minutes(*minute);
      }
    }
  }
  return std::nullopt;
}

Time CronTimes::next_after(Time time) const {
  // parse() has seen that there is one in any nine years.
  return next_within_years(time).value_or(time + days(kMostDaysAhead));
}

}  // namespace github_stats
