#include <fmt/format.h>

#include "base/log.h"
#include "base/trim.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/health_address.h"
#include "cli/version.h"
#include "http/curl_client.h"

namespace github_stats {
namespace {

constexpr auto kTimeout = std::chrono::seconds(5);
constexpr int kOk = 200;

Result<std::string> ask(const ListenAddress& address) {
  const auto client = make_curl_client(std::string("github-stats/") + kVersion);
  auto response =
      client->send({.url = health_url(address), .timeout = kTimeout, .direct = true}, {});
  if (!response) {
    response.error().remedy =
        "the service answers there while it runs, if its METRICS_ADDRESS is this address";
    return tl::unexpected<Error>(std::move(response).error());
  }
  if (response->status != kOk) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the service at {} is not well ({}): {}", to_string(address),
                            response->status, trimmed(response->body)));
  }
  return std::string(trimmed(response->body));
}

}  // namespace

int run_healthcheck(const Settings& settings, const CommandOptions& options) {
  const auto address = health_address(options.health_address, settings.metrics_address);
  if (!address) {
    return report_failure(address.error());
  }
  const auto answer = ask(*address);
  if (!answer) {
    return report_failure(answer.error());
  }
  if (!settings.quiet) {
    fmt::print("{}\n", printable(*answer));
  }
  return kExitDone;
}

}  // namespace github_stats
