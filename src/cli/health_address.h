// Where a service answers how it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/observation.h"

namespace github_stats {

// The port that is meant for a service's metrics and health, unless something else is said.
inline constexpr uint16_t kDefaultMetricsPort = 9464;

// The address that is asked for: `typed`, or if that is empty what the settings say, or else this
// machine's usual one. Fails with invalid_argument when `typed` is no address or has no port.
Result<ListenAddress> health_address(std::string_view typed,
                                     const std::optional<ListenAddress>& setting);

// The URL of the health of a service on this machine that serves there. What serves at every
// address is asked by the loopback.
std::string health_url(const ListenAddress& address);

}  // namespace github_stats
