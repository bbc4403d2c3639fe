#include "observe/endpoints.h"

#include <optional>

namespace github_stats {
namespace {

HttpAnswer answer_for(const std::optional<std::string>& trouble) {
  return trouble ? HttpAnswer{.status = 503, .body = *trouble + "\n"} : HttpAnswer{.body = "ok\n"};
}

}  // namespace

HttpHandler make_endpoints(Metrics& metrics, const Health& health) {
  return [&metrics, &health](std::string_view path) -> HttpAnswer {
    if (path == "/metrics") {
      return {.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics.text()};
    }
    if (path == "/healthz") {
      return answer_for(health.why_not_alive());
    }
    if (path == "/readyz") {
      return answer_for(health.why_not_ready());
    }
    return {.status = 404, .body = "there are /metrics, /healthz and /readyz\n"};
  };
}

}  // namespace github_stats
