#include "config/setting_info.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/nearest.h"

namespace github_stats {
namespace {

constexpr std::string_view kGitHub = "GitHub";
constexpr std::string_view kPlaces = "Where data goes";
constexpr std::string_view kCollecting = "What is collected, and how";
constexpr std::string_view kPrivacy = "Privacy";
constexpr std::string_view kMetrics = "Metrics";
constexpr std::string_view kGoogle = "Google's credentials and emulators";
constexpr std::string_view kObservation = "Being observed";
constexpr std::string_view kOutput = "Output";

constexpr auto kSettings = std::to_array<SettingInfo>({
    {.variable = "GITHUB_TOKEN",
     .help = "personal access token (classic or fine-grained); several, separated by commas, share "
             "the work",
     .group = kGitHub,
     .secret = true,
     .list = true},
    {.variable = "GITHUB_TOKEN_FILE",
     .help = "file that holds the token",
     .group = kGitHub,
     .secret_file = true},
    {.variable = "GITHUB_APP_ID",
     .help = "id of a GitHub App to use instead of a token",
     .group = kGitHub},
    {.variable = "GITHUB_APP_PRIVATE_KEY",
     .help = "the App's private key (PEM; line breaks may be written \\n)",
     .group = kGitHub,
     .secret = true},
    {.variable = "GITHUB_APP_PRIVATE_KEY_FILE",
     .help = "file that holds the App's private key",
     .group = kGitHub,
     .secret_file = true},
    {.variable = "GITHUB_APP_INSTALLATION_ID",
     .help = "the App's installation; else the organisation's is looked up",
     .group = kGitHub},
    {.variable = "GITHUB_API_URL",
     .default_text = "https://api.github.com",
     .help = "GitHub's API; GitHub Enterprise Server: https://HOST/api/v3",
     .group = kGitHub},
    {.variable = "GITHUB_ORG",
     .flag = "--org",
     .default_text = "askscio",
     .help = "organisation whose pull requests are read (a user account works too)",
     .group = kGitHub,
     .value = "NAME"},
    {.variable = "REPO",
     .flag = "--repo",
     .help = "only these repositories (names or globs)",
     .group = kCollecting,
     .value = "NAME",
     .flag_only = true,
     .list = true},
    {.variable = "EXCLUDE_REPO",
     .flag = "--exclude-repo",
     .help = "not these repositories (names or globs)",
     .group = kCollecting,
     .value = "NAME",
     .flag_only = true,
     .list = true},
    {.variable = "INCLUDE_ARCHIVED",
     .flag = "--include-archived",
     .default_text = "false",
     .help = "archived repositories too",
     .group = kCollecting,
     .flag_only = true},
    {.variable = "INCLUDE_FORKS",
     .flag = "--include-forks",
     .default_text = "false",
     .help = "forks too",
     .group = kCollecting,
     .flag_only = true},
    {.variable = "GITHUB_STATS_STORE",
     .flag = "--store",
     .help = "object store, file:DIR or gs://BUCKET[/PREFIX]; file:./github-stats-data unless "
             "BIGQUERY_PROJECT_ID is set",
     .group = kPlaces,
     .value = "PLACE"},
    {.variable = "GITHUB_STATS_WAREHOUSE",
     .flag = "--warehouse",
     .help = "warehouse, duckdb:FILE or bigquery:PROJECT.DATASET; duckdb:./github_stats.duckdb "
             "unless BIGQUERY_PROJECT_ID is set",
     .group = kPlaces,
     .value = "PLACE"},
    {.variable = "BIGQUERY_PROJECT_ID",
     .help = "Google Cloud project; when set, data goes to GCS and BigQuery",
     .group = kPlaces},
    {.variable = "BIGQUERY_DATASET_ID",
     .default_text = "github_stats",
     .help = "dataset",
     .group = kPlaces},
    {.variable = "BIGQUERY_LOCATION",
     .default_text = "US",
     .help = "location of dataset, bucket and jobs",
     .group = kPlaces},
    {.variable = "BIGQUERY_MAX_BYTES_BILLED",
     .help = "most bytes that one query in BigQuery may be billed for; one that would read more is "
             "refused (1 to 1000000000000000)",
     .group = kPlaces},
    {.variable = "GCS_BUCKET_NAME",
     .default_text = "github-stats-data",
     .help = "bucket",
     .group = kPlaces},
    {.variable = "GCS_CHUNK_SIZE",
     .default_text = "100",
     .help = "most rows in one chunk object (1 to 1000000)",
     .group = kPlaces},
    {.variable = "GCS_COMPRESS",
     .flag = "--compress",
     .default_text = "false",
     .help = "write chunks compressed (gzip); a collection that is resumed stays as it began",
     .group = kPlaces},
    {.variable = "PERSIST_TO_GCS",
     .default_text = "true",
     .help = "false: publish straight to the warehouse, without an object store; rows pass through "
             "a directory, --store file:DIR",
     .group = kPlaces},
    {.variable = "MAX_WORKERS",
     .flag = "--max-workers",
     .default_text = "10",
     .help = "repositories collected in parallel (1 to 100)",
     .group = kCollecting,
     .value = "N"},
    {.variable = "MAX_POINTS",
     .flag = "--max-points",
     .help = "most of GitHub's points that one run may spend; then it stops and can be resumed (1 "
             "to 1000000000)",
     .group = kCollecting,
     .value = "N"},
    {.variable = "RESERVE_POINTS",
     .flag = "--reserve-points",
     .default_text = "0",
     .help = "points of each token's hour that are left to others (0 to 1000000)",
     .group = kCollecting,
     .value = "N"},
    {.variable = "MAX_WAIT_MINUTES",
     .flag = "--max-wait",
     .default_text = "120",
     .help = "longest wait for a limit or an outage, in minutes; after that it stops and can be "
             "resumed (0 to 10080)",
     .group = kCollecting,
     .value = "MINUTES"},
    {.variable = "BATCH_SIZE",
     .default_text = "100",
     .help = "most items asked of GitHub at once (1 to 100)",
     .group = kCollecting},
    {.variable = "DEFAULT_LOOKBACK_DAYS",
     .default_text = "180",
     .help = "days that backfill and a first collect go back (1 to 36500)",
     .group = kCollecting},
    {.variable = "PRIVACY",
     .flag = "--privacy",
     .default_text = "full",
     .help = "what of people is written: full, no-bodies (no texts) or hashed (no texts, and keyed "
             "hashes for people)",
     .group = kPrivacy,
     .value = "full|no-bodies|hashed"},
    {.variable = "PRIVACY_KEY",
     .help = "secret key for PRIVACY=hashed, 16 characters or more",
     .group = kPrivacy,
     .secret = true},
    {.variable = "PRIVACY_KEY_FILE",
     .help = "file that holds the key",
     .group = kPrivacy,
     .secret_file = true},
    {.variable = "BOT_LOGINS",
     .help = "further logins that are bots, separated by commas",
     .group = kMetrics,
     .list = true},
    {.variable = "STALE_AFTER_DAYS",
     .default_text = "14",
     .help = "an open pull request without human activity for so long is stale (1 to 36500)",
     .group = kMetrics},
    {.variable = "GOOGLE_APPLICATION_CREDENTIALS",
     .help = "credentials file (a service account's key, a workload identity, …); else gcloud's "
             "login, then "
             "the metadata server",
     .group = kGoogle,
     .secret_file = true},
    {.variable = "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
     .help = "e-mail address of a service account to act as, with the credentials found so",
     .group = kGoogle},
    {.variable = "STORAGE_EMULATOR_HOST",
     .help = "GCS emulator, HOST:PORT or a URL",
     .group = kGoogle},
    {.variable = "BIGQUERY_EMULATOR_HOST",
     .help = "BigQuery emulator, HOST:PORT or a URL",
     .group = kGoogle},
    {.variable = "METRICS_ADDRESS",
     .flag = "--metrics-address",
     .help = "serve /metrics (Prometheus), /healthz and /readyz while collecting, at HOST:PORT or "
             ":PORT",
     .group = kObservation,
     .value = "ADDRESS"},
    {.variable = "FAILURE_WEBHOOK",
     .help = "https address that is told when a run fails, and when one is done again (Slack's, "
             "Mattermost's, …)",
     .group = kObservation,
     .secret = true},
    {.variable = "FAILURE_WEBHOOK_FILE",
     .help = "file that holds the address",
     .group = kObservation,
     .secret_file = true},
    {.variable = "LOG_LEVEL",
     .flag = "--log-level",
     .default_text = "info",
     .help = "least that is logged",
     .group = kOutput,
     .value = "debug|info|warning|error",
     .flag_only = true},
    {.variable = "LOG_FORMAT",
     .flag = "--log-format",
     .default_text = "text",
     .help = "how log lines are written",
     .group = kOutput,
     .value = "text|json",
     .flag_only = true},
    {.variable = "QUIET",
     .flag = "--quiet",
     .default_text = "false",
     .help = "print results and errors only",
     .group = kOutput,
     .flag_only = true},
    {.variable = "NO_PROGRESS",
     .flag = "--no-progress",
     .default_text = "false",
     .help = "no progress display",
     .group = kOutput,
     .flag_only = true},
});

std::string upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

}  // namespace

std::span<const SettingInfo> known_settings() { return kSettings; }

const SettingInfo* find_setting(std::string_view variable) {
  const auto found =
      std::find_if(kSettings.begin(), kSettings.end(),
                   [&](const SettingInfo& setting) { return setting.variable == variable; });
  return found == kSettings.end() ? nullptr : &*found;
}

std::string_view nearest_setting(std::string_view name) {
  std::vector<std::string_view> candidates;
  for (const SettingInfo& setting : kSettings) {
    if (!setting.flag_only) {
      candidates.push_back(setting.variable);
    }
  }
  return nearest(upper(name), candidates);
}

}  // namespace github_stats
