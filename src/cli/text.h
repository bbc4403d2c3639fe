// Numbers and times for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace github_stats {

// "1,234,567".
std::string with_thousands(int64_t number);

// "1 chunk", "1,234 chunks".
std::string counted(int64_t number, std::string_view one, std::string_view many);

// "0.4 s", "18 s", "3 min 5 s", "2 h 10 min".
std::string for_people(Duration duration);

// "312 B", "4.7 KiB", "1.2 GiB".
std::string bytes_for_people(int64_t bytes);

}  // namespace github_stats
