#include "cli/health_address.h"

#include <fmt/format.h>

#include "base/log.h"

namespace github_stats {
namespace {

std::string asked_host(const std::string& host) {
  if (host.empty() || host == "0.0.0.0") {
    return "127.0.0.1";
  }
  return host == "::" ? "::1" : host;
}

}  // namespace

Result<ListenAddress> health_address(std::string_view typed,
                                     const std::optional<ListenAddress>& setting) {
  if (typed.empty()) {
    return setting.value_or(ListenAddress{"127.0.0.1", kDefaultMetricsPort});
  }
  const auto address = parse_listen_address(typed);
  if (!address || address->port == 0) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' is no address", printable(typed)),
                fmt::format("give the service's METRICS_ADDRESS, as 127.0.0.1:{} or :{}",
                            kDefaultMetricsPort, kDefaultMetricsPort));
  }
  return *address;
}

std::string health_url(const ListenAddress& address) {
  return fmt::format("http://{}/healthz",
                     to_string(ListenAddress{asked_host(address.host), address.port}));
}

}  // namespace github_stats
