// Everything a user can set, read and checked once at the start and never changed after.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "config/credentials.h"
#include "config/location.h"
#include "config/observation.h"
#include "config/secret.h"
#include "config/setting_sources.h"
#include "schema/privacy.h"

namespace github_stats {

// For showing what is in effect.
struct EffectiveSetting {
  std::string_view variable;
  std::string value;   // "(hidden)" for a secret, "" when there is none
  std::string origin;  // "default", "github-stats.toml line 3", "environment", "flag --org"
};

struct Settings {
  // GitHub
  std::string github_api_url;  // without "/" at the end
  std::string github_org;
  bool is_one_of_several = false;        // the configuration has more organisations
  GitHubCredentials github_credentials;  // may be none: see check_github_credentials

  // What is collected
  std::vector<std::string> repositories;           // globs; empty: all
  std::vector<std::string> excluded_repositories;  // globs
  bool include_archived = false;
  bool include_forks = false;
  int64_t lookback_days = 0;
  int64_t max_workers = 0;
  int64_t batch_size = 0;
  int64_t chunk_rows = 0;
  bool compress = false;  // new chunks
  Privacy privacy = Privacy::kFull;
  Secret privacy_key;  // may be empty: see check_privacy_key

  // What may be asked of GitHub
  std::optional<int64_t> max_points;  // in one run
  int64_t reserve_points = 0;         // of each token's hour, left untouched
  int64_t max_wait_minutes = 0;

  // Where it goes
  StoreLocation store;
  WarehouseLocation warehouse;
  // False: straight to the warehouse. The store is a directory then, and keeps chunks only until
  // they are loaded.
  bool persist_to_store = true;

  // Google Cloud
  std::optional<std::string> google_project;         // the one to create a bucket in
  std::string google_location;                       // of bucket, dataset and jobs
  std::optional<int64_t> bigquery_max_bytes_billed;  // by one query
  std::optional<std::string> google_credentials_file;
  std::optional<std::string> google_impersonated_account;  // e-mail address of a service account
  std::optional<std::string> storage_emulator_url;         // without "/" at the end
  std::optional<std::string> bigquery_emulator_url;        // without "/" at the end

  // Metrics
  std::vector<std::string> bot_logins;
  int64_t stale_after_days = 0;

  // Who watches
  std::optional<ListenAddress> metrics_address;
  Secret failure_webhook;  // a URL; empty: nobody is told

  // Output
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kText;
  bool quiet = false;
  bool progress = true;

  // All of known_settings(), in that order.
  std::vector<EffectiveSetting> effective;
};

// Reads the settings of each organisation: those of the configuration file, or the one that is
// named elsewhere; there is at least one. Every failure is invalid_argument and names the variable,
// the value (unless it is secret), where it came from, and what is allowed. Credentials may be
// missing.
Result<std::vector<Settings>> load_all_settings(const SettingSources& sources);

// The same where there can be but one; more are an error that names them.
Result<Settings> load_settings(const SettingSources& sources);

// Fails with unauthenticated when there are no GitHub credentials; says how to get some. For the
// commands that talk to GitHub.
Status check_github_credentials(const Settings& settings);

// Fails with invalid_argument when people are to be hashed and there is no key; says how to make
// one. For the commands that collect.
Status check_privacy_key(const Settings& settings);

// Whether --repo and --exclude-repo let this repository pass.
bool selects_repository(const Settings& settings, std::string_view name);

}  // namespace github_stats
