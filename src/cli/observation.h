// What a process shows of its collecting runs to those who watch it: metrics, health, and messages
// of failure.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/settings.h"
#include "observe/failure_notice.h"
#include "observe/health.h"
#include "observe/http_server.h"
#include "observe/metrics.h"

namespace github_stats {

// Of the whole process, whatever organisations it collects in turn. Thread-safe.
class Observation {
 public:
  // Of these organisations (at least one). Serves from now on, if the first one's settings name an
  // address, and logs where. Fails with invalid_argument when the address can't be had. The address
  // stays when settings are read anew.
  static Result<std::unique_ptr<Observation>> open(std::span<const Settings> all);

  Metrics& metrics() { return metrics_; }
  Health& health() { return health_; }
  NoticePlan& notices() { return notices_; }

  // The service waits for a run of `org` that is due then; to be called again and again.
  void waits(const std::string& org, Time due);

 private:
  Observation();

  Metrics metrics_;
  Health health_;
  NoticePlan notices_;
  std::unique_ptr<HttpServer> server_;  // goes first
};

}  // namespace github_stats
