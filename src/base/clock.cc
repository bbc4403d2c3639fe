#include "base/clock.h"

#include <fmt/format.h>

#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <optional>

namespace github_stats {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

// The machine's clock, or one that runs `rate` times as fast from the moment it is made.
class SystemClock : public Clock {
 public:
  explicit SystemClock(double rate)
      : rate_(rate),
        made_at_(floor<Duration>(std::chrono::system_clock::now())),
        made_(std::chrono::steady_clock::now()) {}

  Time now() override {
    // At its own rate it follows the machine's clock wherever that is set.
    return rate_ == 1 ? floor<Duration>(std::chrono::system_clock::now()) : made_at_ + elapsed();
  }

  Duration elapsed() override { return scaled(std::chrono::steady_clock::now() - made_, rate_); }

  bool sleep_for(Duration duration, std::stop_token stop) override {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any woken;
    woken.wait_for(lock, stop, scaled(duration, 1 / rate_), [] { return false; });
    return !stop.stop_requested();
  }

 private:
  template <typename Any>
  static Duration scaled(Any duration, double factor) {
    const auto exact = std::chrono::duration_cast<Duration>(duration);
    return factor == 1 ? exact
                       : std::chrono::ceil<Duration>(
                             std::chrono::duration<double, std::micro>(exact) * factor);
  }

  const double rate_;
  const Time made_at_;
  const std::chrono::steady_clock::time_point made_;
};

// How many times as fast as real time a test wants this program's to run.
double wanted_rate() {
  const char* wanted = std::getenv("GITHUB_STATS_CLOCK_RATE");
  const double rate = wanted == nullptr ? 1 : std::strtod(wanted, nullptr);
  return rate >= 1 && rate <= kMostClockRate ? rate : 1;
}

struct Parts {
  year_month_day date;
  int64_t hour, minute, second, micros;
};

Parts parts_of(Time time) {
  const auto day = floor<days>(time);
  const auto rest = time - day;
  return {year_month_day(day), rest / hours(1), rest / minutes(1) % 60, rest / seconds(1) % 60,
          rest.count() % 1'000'000};
}

// The digits at [at, at + count) as a number, or nothing when they are not all digits.
std::optional<int> digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) {
    return std::nullopt;
  }
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<Time> make_time(std::optional<int> y, std::optional<int> mo, std::optional<int> d,
                              std::optional<int> h, std::optional<int> mi, std::optional<int> s) {
  if (!y || !mo || !d || !h || !mi || !s || *h > 23 || *mi > 59 || *s > 60) {
    return std::nullopt;
  }
  const year_month_day date{std::chrono::year(*y), std::chrono::month(static_cast<unsigned>(*mo)),
                            std::chrono::day(static_cast<unsigned>(*d))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return Time(std::chrono::sys_days(date)) + hours(*h) + minutes(*mi) + seconds(*s);
}

bool has(std::string_view text, size_t at, char c) { return at < text.size() && text[at] == c; }

// What follows the seconds: an optional fraction, then "Z" or an offset. Nothing when malformed.
std::optional<Duration> parse_fraction_and_offset(std::string_view rest) {
  Duration shift{0};
  if (has(rest, 0, '.')) {
    rest.remove_prefix(1);
    int64_t unit = 1'000'000;
    size_t count = 0;
    while (count < rest.size() && rest[count] >= '0' && rest[count] <= '9') {
      unit /= 10;  // digits past the sixth add nothing
      shift += Duration((rest[count] - '0') * unit);
      ++count;
    }
    if (count == 0) {
      return std::nullopt;
    }
    rest.remove_prefix(count);
  }
  if (rest == "Z" || rest == "z") {
    return shift;
  }
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') {
    return std::nullopt;
  }
  const auto hour = digits(rest, 1, 2);
  const auto minute = digits(rest, 4, 2);
  if (!hour || !minute || *hour > 23 || *minute > 59) {
    return std::nullopt;
  }
  const Duration offset = hours(*hour) + minutes(*minute);
  return rest[0] == '+' ? shift - offset : shift + offset;
}

tl::unexpected<Error> malformed(std::string_view text, std::string_view form) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("'{}' is not a time of the form {}", text, form));
}

}  // namespace

std::unique_ptr<Clock> make_system_clock(double rate) {
  return std::make_unique<SystemClock>(rate);
}

Clock& system_clock() {
  static SystemClock clock(wanted_rate());
  return clock;
}

std::string format_time(Time time) {
  const Parts p = parts_of(time);
  const auto base =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(p.date.year()),
                  unsigned(p.date.month()), unsigned(p.date.day()), p.hour, p.minute, p.second);
  return p.micros == 0 ? base + "Z" : fmt::format("{}.{:06}Z", base, p.micros);
}

std::string format_compact_time(Time time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", int(p.date.year()),
                     unsigned(p.date.month()), unsigned(p.date.day()), p.hour, p.minute, p.second);
}

std::string format_date(Time time) {
  const Parts p = parts_of(time);
  return fmt::format("{:04}-{:02}-{:02}", int(p.date.year()), unsigned(p.date.month()),
                     unsigned(p.date.day()));
}

Result<Time> parse_time(std::string_view text) {
  constexpr std::string_view kForm = "2026-01-31T23:59:59Z";
  if (!has(text, 4, '-') || !has(text, 7, '-') || !(has(text, 10, 'T') || has(text, 10, 't')) ||
      !has(text, 13, ':') || !has(text, 16, ':')) {
    return malformed(text, kForm);
  }
  const auto whole = make_time(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2),
                               digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
  const auto shift = text.size() > 19 ? parse_fraction_and_offset(text.substr(19)) : std::nullopt;
  if (!whole || !shift) {
    return malformed(text, kForm);
  }
  return *whole + *shift;
}

Result<Time> parse_compact_time(std::string_view text) {
  const auto whole = text.size() == 16 && has(text, 8, 'T') && has(text, 15, 'Z')
                         ? make_time(digits(text, 0, 4), digits(text, 4, 2), digits(text, 6, 2),
                                     digits(text, 9, 2), digits(text, 11, 2), digits(text, 13, 2))
                         : std::nullopt;
  if (!whole) {
    return malformed(text, "20260131T235959Z");
  }
  return *whole;
}

bool is_date(std::string_view text) {
  return text.size() == 10 && has(text, 4, '-') && has(text, 7, '-') &&
         make_time(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2), 0, 0, 0);
}

}  // namespace github_stats
