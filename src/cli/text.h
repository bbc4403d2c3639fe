// Numbers and times for people.
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"

namespace github_stats {

// "1,234,567".
std::string with_thousands(int64_t number);

// "0.4 s", "18 s", "3 min 5 s", "2 h 10 min".
std::string for_people(Duration duration);

// "312 B", "4.7 KiB", "1.2 GiB".
std::string bytes_for_people(int64_t bytes);

}  // namespace github_stats
