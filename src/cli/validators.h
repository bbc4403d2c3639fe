// What a command's own options may be given. Each returns "" for a text that is allowed, else what
// is wrong with it, as CLI11 wants that.
#pragma once

#include <string>

namespace github_stats {

// A day such as 2026-01-31.
std::string is_day(const std::string& text);

// A collection's id, such as 20260131T235959Z.
std::string is_collection_id(const std::string& text);

// Hours from one run to the next.
std::string is_interval(const std::string& text);

// Five fields as cron's.
std::string is_cron(const std::string& text);

// A file that can be written: its folder is there, and it is none itself.
std::string is_in_a_folder(const std::string& file);

}  // namespace github_stats
