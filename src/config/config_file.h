// The configuration file: settings in TOML, for one organisation or for several.
//
//   # Keys are the variables' names in small letters.
//   bigquery_project_id = "acme-data"
//   max_workers = 10
//   bot_logins = ["acme-ci", "acme-deploy"]
//
//   [organisations.acme]
//   github_token_file = "acme.token"
//
//   [organisations.acme-labs]            # what stands here goes for this organisation only
//   github_token_file = "labs.token"
//   repo = ["lab-*"]
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/setting_info.h"

namespace github_stats {

struct ConfigEntry {
  const SettingInfo* info = nullptr;
  std::string value;  // as it would stand in the environment: lists are joined by commas
  int line = 0;       // from 1
};

struct ConfigOrganisation {
  std::string name;  // as written: whether it can be one is not known yet
  int line = 0;
  std::vector<ConfigEntry> entries;
};

struct ConfigFile {
  std::string name;  // for messages
  std::vector<ConfigEntry> entries;
  std::vector<ConfigOrganisation> organisations;  // in the file's order
};

// Fails with invalid_argument, naming `file` and the line but never a value: the text is not TOML;
// a key is no setting (every setting is one, those without a variable too); a value is of a kind
// that no setting has; github_org stands beside or in an organisation's table, or two of these
// differ in letter case only.
Result<ConfigFile> parse_config(std::string_view text, std::string_view file);

// "MAX_WORKERS" as a key of the file: "max_workers".
std::string config_key(const SettingInfo& info);

}  // namespace github_stats
