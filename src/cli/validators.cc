#include "cli/validators.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "schedule/cron.h"
#include "store/keys.h"

namespace github_stats {
namespace {

// Hours. A run a minute is too much for anybody.
constexpr double kLeastInterval = 0.02;
constexpr double kMostInterval = 8784;

}  // namespace

std::string is_day(const std::string& text) {
  return is_date(text) ? "" : "'" + text + "' is not a day of the form 2026-01-31";
}

std::string is_collection_id(const std::string& text) {
  return parse_compact_time(text) ? "" : "'" + text + "' is no id of the form 20260131T235959Z";
}

std::string is_interval(const std::string& text) {
  char* end = nullptr;
  const double hours = std::strtod(text.c_str(), &end);
  const bool is_allowed = *end == 0 && hours >= kLeastInterval && hours <= kMostInterval;
  return is_allowed ? ""
                    : fmt::format("'{}' is not between {} and {} hours", text, kLeastInterval,
                                  kMostInterval);
}

std::string is_cron(const std::string& text) {
  const auto times = CronTimes::parse(text);
  return times ? "" : times.error().describe();
}

std::string is_in_a_folder(const std::string& file) {
  std::error_code ignored;
  const auto path = std::filesystem::absolute(file, ignored);
  const bool can_be = path.has_filename() &&
                      std::filesystem::is_directory(path.parent_path(), ignored) &&
                      !std::filesystem::is_directory(path, ignored);
  return can_be ? "" : "'" + file + "' can't be a file: create the folder that it is to be in";
}

}  // namespace github_stats
