#include "report/period.h"

#include <fmt/format.h>

namespace github_stats {
namespace {

constexpr std::chrono::days kUsualLength{84};

}  // namespace

Day day_of(Time time) { return std::chrono::floor<std::chrono::days>(time); }

std::string format_day(Day day) { return format_date(Time(day)); }

Result<Day> parse_day(std::string_view option, std::string_view text) {
  const auto midnight = parse_time(fmt::format("{}T00:00:00Z", text));
  if (!is_date(text) || !midnight) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: '{}' is not a day of the form 2026-01-31", option, text));
  }
  return day_of(*midnight);
}

Period before(const Period& period) {
  const std::chrono::days length(period.days());
  return {period.first - length, period.first - std::chrono::days(1)};
}

Day week_of(Day day) { return day - (std::chrono::weekday(day) - std::chrono::Monday); }

Result<Period> choose_period(const WantedPeriod& wanted, Time as_of) {
  Period period{.first = {}, .last = day_of(as_of)};
  if (!wanted.last.empty()) {
    ASSIGN_OR_RETURN(const Day last, parse_day("--to", wanted.last));
    period.last = std::min(period.last, last);
  }
  period.first = period.last - kUsualLength + std::chrono::days(1);
  if (!wanted.first.empty()) {
    ASSIGN_OR_RETURN(period.first, parse_day("--from", wanted.first));
  }
  if (period.first > period.last) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("there is no day from {} to {}, where the period or the rows end",
                            format_day(period.first), format_day(period.last)),
                "choose an earlier --from");
  }
  if (period.days() > kMostDays) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("from {} to {} is more than {} days", format_day(period.first),
                            format_day(period.last), kMostDays),
                "choose a later --from");
  }
  return period;
}

Result<Time> parse_as_of(std::string_view text) {
  if (is_date(text)) {
    ASSIGN_OR_RETURN(const Day day, parse_day("--as-of", text));
    return Time(day + std::chrono::days(1)) - std::chrono::seconds(1);
  }
  const auto time = parse_time(text);
  if (!time) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--as-of: '{}' is neither a day nor a time", text),
                "write 2026-01-31 or 2026-01-31T23:59:59Z");
  }
  return *time;
}

}  // namespace github_stats
