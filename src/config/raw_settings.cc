#include "config/raw_settings.h"

#include <fmt/format.h>

#include <cassert>
#include <cstdlib>

#include "base/ascii.h"
#include "base/log.h"
#include "base/trim.h"
#include "config/env_file.h"
#include "config/small_file.h"

namespace github_stats {
namespace {

constexpr std::string_view kDefaultEnvFile = ".env";
constexpr std::string_view kDefaultConfigFile = "github-stats.toml";
constexpr std::string_view kOrganisation = "GITHUB_ORG";

struct SettingsFile {
  std::string name;
  std::string text;  // empty, too, when there need not be such a file
};

// The file that `flag` names, or else the one of the usual name, if it is there.
Result<SettingsFile> read_settings_file(const std::optional<std::string>& given,
                                        std::string_view usual, std::string_view flag) {
  SettingsFile file{given.value_or(std::string(usual)), ""};
  auto text = read_small_file(file.name);
  if (text) {
    file.text = *std::move(text);
  } else if (given || text.error().code != ErrorCode::kNotFound) {
    return fail(ErrorCode::kInvalidArgument, text.error().message,
                given ? fmt::format("correct {}", flag) : "repair or remove the file");
  }
  return file;
}

Result<ConfigFile> read_config(const SettingSources& sources) {
  ASSIGN_OR_RETURN(const auto file,
                   read_settings_file(sources.config_file, kDefaultConfigFile, "--config"));
  return parse_config(file.text, file.name);
}

// The setting an entry of the env file sets.
Result<const SettingInfo*> setting_of(const EnvEntry& entry, std::string_view file) {
  const SettingInfo* info = find_setting(entry.name);
  if (info != nullptr && !info->flag_only) {
    return info;
  }
  std::string what =
      fmt::format("{} line {}: there is no variable {}", file, entry.line, printable(entry.name));
  if (info != nullptr) {
    return fail(ErrorCode::kInvalidArgument, std::move(what),
                fmt::format("use the flag {}", info->flag));
  }
  const std::string_view nearest = nearest_setting(entry.name);
  return fail(ErrorCode::kInvalidArgument, std::move(what),
              nearest.empty() ? "remove it; .env.example lists all variables"
                              : fmt::format("did you mean {}?", nearest));
}

}  // namespace

std::optional<std::string> process_environment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

RawSettings::RawSettings() {
  for (const SettingInfo& info : known_settings()) {
    settings_[info.variable] =
        RawSetting{&info, std::string(info.default_text), "default", SourceRank::kDefault};
  }
}

Result<std::vector<RawSettings>> RawSettings::gather(const SettingSources& sources) {
  ASSIGN_OR_RETURN(const ConfigFile config, read_config(sources));
  RawSettings raw;
  raw.add_config(config, config.entries, SourceRank::kConfigFile);
  RETURN_IF_ERROR(raw.add_env_file(sources));
  raw.add_environment(sources);
  RETURN_IF_ERROR(raw.add_flags(sources));

  const RawSetting& chosen = raw.at(kOrganisation);
  std::vector<RawSettings> all;
  for (const ConfigOrganisation& organisation : config.organisations) {
    if (!chosen.is_set() || lower(chosen.value) == lower(organisation.name)) {
      all.push_back(raw);
      all.back().add_organisation(config, organisation);
    }
  }
  if (all.empty()) {
    all.push_back(std::move(raw));
  }
  return all;
}

void RawSettings::add_config(const ConfigFile& file, const std::vector<ConfigEntry>& entries,
                             SourceRank rank) {
  for (const ConfigEntry& entry : entries) {
    set(*entry.info, entry.value, fmt::format("{} line {}", file.name, entry.line), rank);
  }
}

void RawSettings::add_organisation(const ConfigFile& file, const ConfigOrganisation& organisation) {
  set(*find_setting(kOrganisation), organisation.name,
      fmt::format("{} line {}", file.name, organisation.line), SourceRank::kConfigOrganisation);
  add_config(file, organisation.entries, SourceRank::kConfigOrganisation);
}

void RawSettings::add_environment(const SettingSources& sources) {
  for (const SettingInfo& info : known_settings()) {
    if (sources.environment && !info.flag_only) {
      set(info, sources.environment(std::string(info.variable)).value_or(""), "environment",
          SourceRank::kEnvironment);
    }
  }
}

Status RawSettings::add_flags(const SettingSources& sources) {
  for (const auto& [variable, value] : sources.flags) {
    const SettingInfo* info = find_setting(variable);
    if (info == nullptr) {
      return fail(ErrorCode::kInternal, fmt::format("a flag sets the unknown {}", variable));
    }
    set(*info, value, fmt::format("flag {}", info->flag), SourceRank::kFlag);
  }
  return {};
}

// An empty value is none: what has less precedence shows through.
void RawSettings::set(const SettingInfo& info, std::string_view value, std::string origin,
                      SourceRank rank) {
  const std::string_view text = trimmed(value);
  RawSetting& setting = settings_[info.variable];
  if (!text.empty() && rank >= setting.rank) {
    setting = RawSetting{&info, std::string(text), std::move(origin), rank};
  }
}

Status RawSettings::add_env_file(const SettingSources& sources) {
  ASSIGN_OR_RETURN(const auto file,
                   read_settings_file(sources.env_file, kDefaultEnvFile, "--env-file"));
  ASSIGN_OR_RETURN(const auto entries, parse_env(file.text, file.name));
  for (const EnvEntry& entry : entries) {
    ASSIGN_OR_RETURN(const SettingInfo* info, setting_of(entry, file.name));
    set(*info, entry.value, fmt::format("{} line {}", file.name, entry.line), SourceRank::kEnvFile);
  }
  return {};
}

const RawSetting& RawSettings::at(std::string_view variable) const {
  const auto found = settings_.find(variable);
  assert(found != settings_.end());
  return found->second;
}

std::string describe(const RawSetting& setting) {
  constexpr size_t kShown = 100;
  const std::string value = setting.info->secret
                                ? "(hidden)"
                                : fmt::format("'{}'", printable(setting.value.substr(0, kShown)));
  return fmt::format("{} is {} ({})", setting.info->variable, value, setting.origin);
}

tl::unexpected<Error> malformed(const RawSetting& setting, std::string_view allowed) {
  return fail(ErrorCode::kInvalidArgument, describe(setting), fmt::format("allowed: {}", allowed));
}

}  // namespace github_stats
