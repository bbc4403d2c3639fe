#include "config/raw_settings.h"

#include <fmt/format.h>

#include <cassert>
#include <cstdlib>

#include "base/log.h"
#include "base/trim.h"
#include "config/env_file.h"
#include "config/small_file.h"

namespace github_stats {
namespace {

constexpr std::string_view kDefaultEnvFile = ".env";

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

Result<RawSettings> RawSettings::gather(const SettingSources& sources) {
  RawSettings raw;
  for (const SettingInfo& info : known_settings()) {
    raw.settings_[info.variable] =
        RawSetting{&info, std::string(info.default_text), "default", SourceRank::kDefault};
  }
  RETURN_IF_ERROR(raw.add_env_file(sources));
  for (const SettingInfo& info : known_settings()) {
    if (sources.environment && !info.flag_only) {
      raw.set(info, sources.environment(std::string(info.variable)).value_or(""), "environment",
              SourceRank::kEnvironment);
    }
  }
  for (const auto& [variable, value] : sources.flags) {
    const SettingInfo* info = find_setting(variable);
    if (info == nullptr) {
      return fail(ErrorCode::kInternal, fmt::format("a flag sets the unknown {}", variable));
    }
    raw.set(*info, value, fmt::format("flag {}", info->flag), SourceRank::kFlag);
  }
  return raw;
}

// An empty value is none: what has less precedence shows through.
void RawSettings::set(const SettingInfo& info, std::string_view value, std::string origin,
                      SourceRank rank) {
  if (const std::string_view text = trimmed(value); !text.empty()) {
    settings_[info.variable] = RawSetting{&info, std::string(text), std::move(origin), rank};
  }
}

Status RawSettings::add_env_file(const SettingSources& sources) {
  const std::string file = sources.env_file.value_or(std::string(kDefaultEnvFile));
  const auto text = read_small_file(file);
  if (!text) {
    if (!sources.env_file && text.error().code == ErrorCode::kNotFound) {
      return {};
    }
    return fail(ErrorCode::kInvalidArgument, text.error().message,
                sources.env_file ? "correct --env-file" : "repair or remove the file");
  }
  ASSIGN_OR_RETURN(const auto entries, parse_env(*text, file));
  for (const EnvEntry& entry : entries) {
    ASSIGN_OR_RETURN(const SettingInfo* info, setting_of(entry, file));
    set(*info, entry.value, fmt::format("{} line {}", file, entry.line), SourceRank::kEnvFile);
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
