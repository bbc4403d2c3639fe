#include "cli/observation.h"

#include "base/log.h"
#include "cli/version.h"
#include "observe/endpoints.h"

namespace github_stats {

Observation::Observation() : metrics_(system_clock(), kVersion), health_(system_clock()) {}

Result<std::unique_ptr<Observation>> Observation::open(std::span<const Settings> all) {
  std::unique_ptr<Observation> observation(new Observation());
  for (const Settings& settings : all) {
    observation->metrics_.of(settings.github_org);
  }
  const auto& address = all.front().metrics_address;
  if (!address) {
    return observation;
  }
  auto server = HttpServer::start({.host = address->host, .port = address->port},
                                  make_endpoints(observation->metrics_, observation->health_));
  if (!server) {
    return fail_with_context("METRICS_ADDRESS", std::move(server).error());
  }
  observation->server_ = *std::move(server);
  log_info("serving metrics", {{"address", observation->server_->address()}});
  return observation;
}

void Observation::waits(const std::string& org, Time due) {
  health_.alive_in(Health::Phase::kWaiting);
  metrics_.of(org).next_run_due(due);
}

}  // namespace github_stats
