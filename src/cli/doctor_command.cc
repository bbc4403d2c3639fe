#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "base/log.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/exit_code.h"
#include "cli/github_connection.h"
#include "cli/google_connection.h"
#include "cli/version.h"
#include "doctor/doctor.h"
#include "http/curl_client.h"

namespace github_stats {
namespace {

using doctor::Finding;
using doctor::Health;

struct Look {
  std::string_view word;
  std::string_view colour;
};

Look look_of(Health health) {
  switch (health) {
    case Health::kOk:
      return {"ok  ", "\x1b[32m"};
    case Health::kWarning:
      return {"warn", "\x1b[33m"};
    case Health::kFailed:
      return {"FAIL", "\x1b[31m"};
    case Health::kSkipped:
      return {"-   ", "\x1b[2m"};
  }
  return {};
}

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(fileno(stdout)) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

void print(const Finding& finding, bool coloured) {
  const Look look = look_of(finding.health);
  fmt::print("{}{}{}  {:<26}  {}\n", coloured ? look.colour : "", look.word,
             coloured ? "\x1b[0m" : "", finding.title, printable(finding.detail));
  if (!finding.remedy.empty()) {
    fmt::print("{:<6}{}\n", "", printable(finding.remedy));
  }
  std::fflush(stdout);  // some checks take seconds
}

void print_counts(const doctor::Findings& findings) {
  const auto count = [&](Health health) {
    return std::ranges::count(findings, health, &Finding::health);
  };
  fmt::print("{} ok, {} to look at, {} failed, {} skipped\n", count(Health::kOk),
             count(Health::kWarning), count(Health::kFailed), count(Health::kSkipped));
}

doctor::Parts parts_of(const Settings& settings) {
  doctor::Parts parts{.settings = settings,
                      .version = kVersion,
                      .clock = system_clock(),
                      .http = make_curl_client(std::string("github-stats/") + kVersion),
                      .app_options = [&settings] { return app_options(settings); },
                      .google =
                          [&settings](std::shared_ptr<HttpClient> http, Clock& clock,
                                      const RetryPolicy& retry, bool to_emulator) {
                            return connect_to_google(
                                settings, to_emulator,
                                {.http = std::move(http), .clock = clock, .retry = retry}, {});
                          },
                      .bucket = {},
                      .dataset = {}};
  if (const auto* bucket = std::get_if<BucketStore>(&settings.store)) {
    parts.bucket = bucket_options(settings, *bucket);
  }
  if (const auto* place = std::get_if<BigQueryDataset>(&settings.warehouse)) {
    parts.dataset = dataset_options(settings, *place, /*sealed=*/true);
  }
  return parts;
}

}  // namespace

int run_doctor(const Settings& settings, const CommandOptions& options) {
  const Time checked_at = system_clock().now();
  const bool coloured = wants_colour();
  const doctor::Findings findings =
      doctor::examine(parts_of(settings), [&](const Finding& finding) {
        if (!options.json) {
          print(finding, coloured);
        }
      });
  if (options.json) {
    fmt::print("{}\n", doctor::as_json(findings, kVersion, checked_at));
  } else {
    print_counts(findings);
  }
  return doctor::is_well(findings) ? kExitDone : kExitFailed;
}

}  // namespace github_stats
