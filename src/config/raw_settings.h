// The settings as text, before anything is made of them: each known variable with the value that
// wins and where it came from.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/config_file.h"
#include "config/setting_info.h"
#include "config/setting_sources.h"

namespace github_stats {

// In ascending precedence.
enum class SourceRank {
  kDefault,
  kConfigFile,
  kConfigOrganisation,  // an organisation's table in it
  kEnvFile,
  kEnvironment,
  kFlag
};

struct RawSetting {
  const SettingInfo* info = nullptr;
  std::string value;   // trimmed; the default's text when it is not set
  std::string origin;  // "default", ".env line 3", "environment", "flag --org"
  SourceRank rank = SourceRank::kDefault;

  bool is_set() const { return rank != SourceRank::kDefault; }
};

class RawSettings {
 public:
  // One for each organisation of the configuration file, in its order; if it names none, or another
  // source says which it is to be, that one alone.
  //
  // Fails with invalid_argument when a file is malformed, is missing though it was asked for, or
  // sets what does not exist.
  static Result<std::vector<RawSettings>> gather(const SettingSources& sources);

  // `variable` is one of known_settings().
  const RawSetting& at(std::string_view variable) const;

 private:
  RawSettings();

  void set(const SettingInfo& info, std::string_view value, std::string origin, SourceRank rank);
  Status add_env_file(const SettingSources& sources);
  void add_environment(const SettingSources& sources);
  Status add_flags(const SettingSources& sources);
  void add_config(const ConfigFile& file, const std::vector<ConfigEntry>& entries, SourceRank rank);
  void add_organisation(const ConfigFile& file, const ConfigOrganisation& organisation);

  std::map<std::string_view, RawSetting> settings_;
};

// "GITHUB_ORG is 'a b' (.env line 3)", for errors; a secret's value is "(hidden)".
std::string describe(const RawSetting& setting);

// The failure for a value that is not allowed: describe(setting), and what is allowed instead.
tl::unexpected<Error> malformed(const RawSetting& setting, std::string_view allowed);

}  // namespace github_stats
