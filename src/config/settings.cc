#include "config/settings.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/glob.h"
#include "config/privacy_key.h"
#include "config/raw_settings.h"
#include "config/setting_info.h"
#include "config/setting_values.h"

namespace github_stats {
namespace {

constexpr int64_t kMostDays = 36'500;
constexpr int64_t kMostWorkers = 100;
constexpr int64_t kMostItems = 100;  // GitHub's limit on a page
constexpr int64_t kMostChunkRows = 1'000'000;
constexpr int64_t kMostPoints = 1'000'000'000;
constexpr int64_t kMostReserve = 1'000'000;
constexpr int64_t kMostWaitMinutes = int64_t{7} * 24 * 60;
constexpr int64_t kMostBytes = 1'000'000'000'000'000;
constexpr std::string_view kLocalStore = "./github-stats-data";
constexpr std::string_view kLocalWarehouse = "./github_stats.duckdb";

// `result`, or the failure for `setting` with what `result`'s error says is allowed.
template <typename T>
Result<T> checked(const RawSetting& setting, Result<T> result) {
  if (!result) {
    return fail(ErrorCode::kInvalidArgument, describe(setting), result.error().message);
  }
  return result;
}

std::optional<std::string> text_if_set(const RawSetting& setting) {
  return setting.is_set() ? std::optional(setting.value) : std::nullopt;
}

Status read_github(const RawSettings& raw, Settings& settings) {
  ASSIGN_OR_RETURN(settings.github_api_url, read_api_url(raw.at("GITHUB_API_URL")));
  ASSIGN_OR_RETURN(settings.github_org, read_organisation(raw.at("GITHUB_ORG")));
  ASSIGN_OR_RETURN(settings.github_credentials, read_github_credentials(raw));
  return {};
}

Status read_collection(const RawSettings& raw, Settings& settings) {
  ASSIGN_OR_RETURN(settings.repositories, read_repositories(raw.at("REPO")));
  ASSIGN_OR_RETURN(settings.excluded_repositories, read_repositories(raw.at("EXCLUDE_REPO")));
  ASSIGN_OR_RETURN(settings.include_archived, read_boolean(raw.at("INCLUDE_ARCHIVED")));
  ASSIGN_OR_RETURN(settings.include_forks, read_boolean(raw.at("INCLUDE_FORKS")));
  ASSIGN_OR_RETURN(settings.lookback_days,
                   read_integer(raw.at("DEFAULT_LOOKBACK_DAYS"), 1, kMostDays));
  ASSIGN_OR_RETURN(settings.max_workers, read_integer(raw.at("MAX_WORKERS"), 1, kMostWorkers));
  ASSIGN_OR_RETURN(settings.batch_size, read_integer(raw.at("BATCH_SIZE"), 1, kMostItems));
  ASSIGN_OR_RETURN(settings.chunk_rows, read_integer(raw.at("GCS_CHUNK_SIZE"), 1, kMostChunkRows));
  ASSIGN_OR_RETURN(settings.compress, read_boolean(raw.at("GCS_COMPRESS")));
  ASSIGN_OR_RETURN(settings.privacy, read_privacy(raw.at("PRIVACY")));
  ASSIGN_OR_RETURN(settings.privacy_key, read_privacy_key(raw));
  return {};
}

Status read_limits(const RawSettings& raw, Settings& settings) {
  const RawSetting& most = raw.at("MAX_POINTS");
  if (most.is_set()) {
    ASSIGN_OR_RETURN(settings.max_points, read_integer(most, 1, kMostPoints));
  }
  ASSIGN_OR_RETURN(settings.reserve_points,
                   read_integer(raw.at("RESERVE_POINTS"), 0, kMostReserve));
  ASSIGN_OR_RETURN(settings.max_wait_minutes,
                   read_integer(raw.at("MAX_WAIT_MINUTES"), 0, kMostWaitMinutes));
  return {};
}

Status read_google(const RawSettings& raw, Settings& settings) {
  const RawSetting& project = raw.at("BIGQUERY_PROJECT_ID");
  if (project.is_set()) {
    RETURN_IF_ERROR(checked(project, check_google_project(project.value)));
    settings.google_project = project.value;
  }
  const RawSetting& location = raw.at("BIGQUERY_LOCATION");
  if (location.value.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789-") != std::string::npos) {
    return malformed(location, "a location such as US, EU or europe-west4");
  }
  settings.google_location = location.value;
  const RawSetting& most_bytes = raw.at("BIGQUERY_MAX_BYTES_BILLED");
  if (most_bytes.is_set()) {
    ASSIGN_OR_RETURN(settings.bigquery_max_bytes_billed, read_integer(most_bytes, 1, kMostBytes));
  }
  settings.google_credentials_file = text_if_set(raw.at("GOOGLE_APPLICATION_CREDENTIALS"));
  ASSIGN_OR_RETURN(settings.google_impersonated_account,
                   read_service_account(raw.at("GOOGLE_IMPERSONATE_SERVICE_ACCOUNT")));
  ASSIGN_OR_RETURN(settings.storage_emulator_url,
                   read_emulator_url(raw.at("STORAGE_EMULATOR_HOST")));
  ASSIGN_OR_RETURN(settings.bigquery_emulator_url,
                   read_emulator_url(raw.at("BIGQUERY_EMULATOR_HOST")));
  return {};
}

// Embedded unless BIGQUERY_PROJECT_ID is set; either place can be given on its own.
Status read_locations(const RawSettings& raw, Settings& settings) {
  const RawSetting& bucket = raw.at("GCS_BUCKET_NAME");
  const RawSetting& dataset = raw.at("BIGQUERY_DATASET_ID");
  RETURN_IF_ERROR(checked(bucket, check_bucket_name(bucket.value)));
  RETURN_IF_ERROR(checked(dataset, check_dataset_name(dataset.value)));
  if (settings.google_project) {
    settings.store = BucketStore{bucket.value, ""};
    settings.warehouse = BigQueryDataset{*settings.google_project, dataset.value};
  } else {
    settings.store = DirectoryStore{std::string(kLocalStore)};
    settings.warehouse = DuckDbFile{std::string(kLocalWarehouse)};
  }
  ASSIGN_OR_RETURN(settings.persist_to_store, read_boolean(raw.at("PERSIST_TO_GCS")));
  if (!settings.persist_to_store) {
    settings.store = DirectoryStore{std::string(kLocalStore)};
  }
  const RawSetting& store = raw.at("GITHUB_STATS_STORE");
  if (store.is_set()) {
    ASSIGN_OR_RETURN(settings.store, checked(store, parse_store_location(store.value)));
    if (!settings.persist_to_store && std::holds_alternative<BucketStore>(settings.store)) {
      return malformed(store,
                       "file:DIR, a directory that rows pass through, as PERSIST_TO_GCS is "
                       "false");
    }
  }
  const RawSetting& warehouse = raw.at("GITHUB_STATS_WAREHOUSE");
  if (warehouse.is_set()) {
    ASSIGN_OR_RETURN(settings.warehouse,
                     checked(warehouse, parse_warehouse_location(warehouse.value)));
  }
  const auto* bigquery = std::get_if<BigQueryDataset>(&settings.warehouse);
  if (bigquery != nullptr && !settings.google_project) {
    settings.google_project = bigquery->project;
  }
  return {};
}

Status read_metrics_and_output(const RawSettings& raw, Settings& settings) {
  ASSIGN_OR_RETURN(settings.bot_logins, read_logins(raw.at("BOT_LOGINS")));
  ASSIGN_OR_RETURN(settings.stale_after_days,
                   read_integer(raw.at("STALE_AFTER_DAYS"), 1, kMostDays));
  ASSIGN_OR_RETURN(settings.metrics_address, read_listen_address(raw.at("METRICS_ADDRESS")));
  ASSIGN_OR_RETURN(settings.failure_webhook, read_failure_webhook(raw));
  ASSIGN_OR_RETURN(settings.log_level, read_log_level(raw.at("LOG_LEVEL")));
  ASSIGN_OR_RETURN(settings.log_format, read_log_format(raw.at("LOG_FORMAT")));
  ASSIGN_OR_RETURN(settings.quiet, read_boolean(raw.at("QUIET")));
  ASSIGN_OR_RETURN(const bool no_progress, read_boolean(raw.at("NO_PROGRESS")));
  settings.progress = !no_progress && !settings.quiet;
  return {};
}

std::string shown_value(const RawSetting& setting, const Settings& settings) {
  if (setting.info->secret) {
    return setting.is_set() ? "(hidden)" : "";
  }
  if (setting.info->variable == "GITHUB_STATS_STORE") {
    return to_string(settings.store);
  }
  if (setting.info->variable == "GITHUB_STATS_WAREHOUSE") {
    return to_string(settings.warehouse);
  }
  return setting.value;
}

Result<Settings> read_settings(const RawSettings& raw) {
  Settings settings;
  RETURN_IF_ERROR(read_github(raw, settings));
  RETURN_IF_ERROR(read_collection(raw, settings));
  RETURN_IF_ERROR(read_limits(raw, settings));
  RETURN_IF_ERROR(read_google(raw, settings));
  RETURN_IF_ERROR(read_locations(raw, settings));
  RETURN_IF_ERROR(read_metrics_and_output(raw, settings));
  for (const SettingInfo& info : known_settings()) {
    const RawSetting& setting = raw.at(info.variable);
    settings.effective.push_back({info.variable, shown_value(setting, settings), setting.origin});
  }
  return settings;
}

}  // namespace

Result<std::vector<Settings>> load_all_settings(const SettingSources& sources) {
  ASSIGN_OR_RETURN(const auto raw, RawSettings::gather(sources));
  std::vector<Settings> all;
  for (const RawSettings& each : raw) {
    ASSIGN_OR_RETURN(Settings settings, read_settings(each));
    settings.is_one_of_several = raw.size() > 1;
    all.push_back(std::move(settings));
  }
  return all;
}

Result<Settings> load_settings(const SettingSources& sources) {
  ASSIGN_OR_RETURN(auto all, load_all_settings(sources));
  if (all.size() > 1) {
    std::vector<std::string> names(all.size());
    std::ranges::transform(all, names.begin(), &Settings::github_org);
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("there are several organisations: {}", fmt::join(names, ", ")),
                "choose one of them with --org");
  }
  return std::move(all.front());
}

Status check_github_credentials(const Settings& settings) {
  if (settings.github_credentials.empty()) {
    return fail(ErrorCode::kUnauthenticated, "there are no credentials for GitHub",
                "set GITHUB_TOKEN to a personal access token (or GITHUB_TOKEN_FILE, or the "
                "GITHUB_APP_ variables), in the environment or in .env");
  }
  return {};
}

Status check_privacy_key(const Settings& settings) {
  if (settings.privacy == Privacy::kHashed && settings.privacy_key.empty()) {
    return fail(
        ErrorCode::kInvalidArgument, "PRIVACY is 'hashed', and there is no key to hash people with",
        "make one with: openssl rand -hex 32; set PRIVACY_KEY to it (or PRIVACY_KEY_FILE to "
        "a file that holds it), and keep it");
  }
  return {};
}

bool selects_repository(const Settings& settings, std::string_view name) {
  return globs_select(settings.repositories, settings.excluded_repositories, name);
}

}  // namespace github_stats
