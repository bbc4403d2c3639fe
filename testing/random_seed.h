// The seed of a property test: different in every run, or GITHUB_STATS_TEST_SEED to repeat one.
//
//   const uint32_t seed = random_seed();
//   SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace github_stats {

inline uint32_t random_seed() {
  const char* wanted = std::getenv("GITHUB_STATS_TEST_SEED");
  return wanted != nullptr ? static_cast<uint32_t>(std::strtoul(wanted, nullptr, 10))
                           : std::random_device{}();
}

}  // namespace github_stats
