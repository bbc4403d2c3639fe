// What the process answers to those who watch it: /metrics, /healthz and /readyz.
#pragma once

#include "observe/health.h"
#include "observe/http_server.h"
#include "observe/metrics.h"

namespace github_stats {

// Both must outlive the handler.
//   /metrics   200, Prometheus's text format
//   /healthz   200 "ok", or 503 and what is stuck
//   /readyz    200 "ok", or 503 and why not
//   all else   404
HttpHandler make_endpoints(Metrics& metrics, const Health& health);

}  // namespace github_stats
