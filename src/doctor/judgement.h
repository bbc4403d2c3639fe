// What facts amount to. Pure: nothing is asked, no clock is read.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "doctor/finding.h"

namespace github_stats::doctor {

// "3 days", "5 hours", "40 seconds": for people, rounded down.
std::string in_words(Duration duration);

// The local clock less a server's.
Finding judge_clock(const Check& check, Duration ahead, std::string_view whose);

// What is left of a file system, for what this program writes there.
struct Space {
  int64_t bytes = 0;
  std::optional<int64_t> files;  // that may still be made; nothing where there is no such limit
};
Finding judge_space(const Check& check, const Space& space, std::string_view where);

// A file with secrets. `mode`: as stat gives it. Nothing when only who may read it can.
std::optional<Finding> judge_file_mode(const Check& check, std::string_view path, uint32_t mode);

// When everything was collected last: the newest and the oldest of all repositories.
struct Collected {
  Time newest;
  Time oldest;
  int64_t repositories = 0;
};
Finding judge_collected(const Check& check, const std::optional<Collected>& collected, Time now);

}  // namespace github_stats::doctor
