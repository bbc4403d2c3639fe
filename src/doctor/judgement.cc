#include "doctor/judgement.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <cmath>

namespace github_stats::doctor {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kNoticedSkew = seconds(30);
// A lease that another machine's clock calls expired for so long is taken without watching it.
constexpr Duration kBadSkew = minutes(5);

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kFewBytes = 1024 * kMiB;
constexpr int64_t kTooFewBytes = 100 * kMiB;
constexpr int64_t kFewFiles = 10'000;
constexpr int64_t kTooFewFiles = 100;

constexpr Duration kLongAgo = hours(7 * 24);

std::string counted(int64_t number, std::string_view one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string bytes_in_words(int64_t bytes) {
  return bytes >= kFewBytes
             ? fmt::format("{:.1f} GiB", static_cast<double>(bytes) / (1024.0 * kMiB))
             : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / kMiB);
}

}  // namespace

std::string in_words(Duration duration) {
  const int64_t whole = std::chrono::floor<seconds>(std::chrono::abs(duration)).count();
  constexpr int64_t kMinute = 60;
  constexpr int64_t kHour = 60 * kMinute;
  constexpr int64_t kDay = 24 * kHour;
  return whole >= 2 * kDay      ? counted(whole / kDay, "day")
         : whole >= 2 * kHour   ? counted(whole / kHour, "hour")
         : whole >= 2 * kMinute ? counted(whole / kMinute, "minute")
                                : counted(whole, "second");
}

Finding judge_clock(const Check& check, Duration ahead, std::string_view whose) {
  constexpr const char* kRemedy = "set this machine's clock by a time server (NTP)";
  const Duration skew = std::chrono::abs(ahead);
  if (skew <= kNoticedSkew) {
    return check.ok(fmt::format("agrees with {} within {}", whose,
                                in_words(std::max<Duration>(skew, seconds(1)))));
  }
  const std::string detail =
      fmt::format("{} {} {}", in_words(skew), ahead > Duration(0) ? "ahead of" : "behind", whose);
  return skew <= kBadSkew
             ? check.warning(detail, kRemedy)
             : check.failed(
                   detail + "; another machine could take a collection's lease for expired",
                   kRemedy);
}

Finding judge_space(const Check& check, const Space& space, std::string_view where) {
  std::string detail = fmt::format("{} free in {}", bytes_in_words(space.bytes), where);
  if (space.files && *space.files < kFewFiles) {
    detail += fmt::format(", room for {}", counted(*space.files, "file"));
  }
  const bool too_few = space.bytes < kTooFewBytes || space.files.value_or(kFewFiles) < kTooFewFiles;
  const bool few = space.bytes < kFewBytes || space.files.value_or(kFewFiles) < kFewFiles;
  const std::string remedy = "make room there, or choose another place";
  return too_few ? check.failed(detail, remedy)
         : few   ? check.warning(detail, remedy)
                 : check.ok(detail);
}

std::optional<Finding> judge_file_mode(const Check& check, std::string_view path, uint32_t mode) {
  if ((mode & (S_IROTH | S_IWOTH)) == 0) {
    return std::nullopt;
  }
  return check.warning(
      fmt::format("{} holds secrets, and everybody on this machine can {} it", path,
                  (mode & S_IROTH) == 0   ? "write"
                  : (mode & S_IWOTH) == 0 ? "read"
                                          : "read and write"),
      fmt::format("chmod 600 {}", path));
}

Finding judge_collected(const Check& check, const std::optional<Collected>& collected, Time now) {
  if (!collected) {
    return check.ok("nothing was collected yet");
  }
  std::string detail = fmt::format("{} ago", in_words(now - collected->newest));
  if (collected->repositories > 1) {
    detail += fmt::format("; of {} the longest not for {}",
                          fmt::format("{} repositories", collected->repositories),
                          in_words(now - collected->oldest));
  }
  return now - collected->newest > kLongAgo
             ? check.warning(detail, "run `github-stats collect`, or see why its schedule does not")
             : check.ok(detail);
}

}  // namespace github_stats::doctor
