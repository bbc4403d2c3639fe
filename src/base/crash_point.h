// Places where a test can kill the process.
//
// Every durable write passes crash points named "<room>.<what>.<moment>". When the environment has
// GITHUB_STATS_CRASH_AT=<name>:<n>, the n-th passage (from 1) of that point ends the process at
// once, as SIGKILL does. Without it a crash point costs one load of a flag.
//
// (The other variable for tests of the whole program is GITHUB_STATS_CLOCK_RATE: see clock.h.)
#pragma once

#include <string_view>

namespace github_stats {

void crash_point(std::string_view name);

}  // namespace github_stats
