// From a setting's text to its value. Every failure is invalid_argument and names the variable, the
// value (unless it is secret), where it came from and what is allowed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "config/raw_settings.h"
#include "schema/privacy.h"

namespace github_stats {

// Decimal digits within [least, most].
Result<int64_t> read_integer(const RawSetting& setting, int64_t least, int64_t most);

// true, false, 1, 0, yes, no, on, off in any case.
Result<bool> read_boolean(const RawSetting& setting);

Result<LogLevel> read_log_level(const RawSetting& setting);
Result<LogFormat> read_log_format(const RawSetting& setting);

// full, no-bodies or hashed, in any case.
Result<Privacy> read_privacy(const RawSetting& setting);

// The values between the commas, trimmed. An empty one among them is an error.
Result<std::vector<std::string>> read_list(const RawSetting& setting);

// A GitHub organisation or user: letters, digits, "-" and "_" (managed users have one), at most 39.
Result<std::string> read_organisation(const RawSetting& setting);

// Globs that can match a repository's name.
Result<std::vector<std::string>> read_repositories(const RawSetting& setting);

// GitHub logins, "name[bot]" among them.
Result<std::vector<std::string>> read_logins(const RawSetting& setting);

// The e-mail address of a Google service account; nothing when not set.
Result<std::optional<std::string>> read_service_account(const RawSetting& setting);

// The URL of GitHub's API, without "/" at the end. Plain http only to this machine itself, as the
// token would travel in the clear.
Result<std::string> read_api_url(const RawSetting& setting);

// The URL of an emulator, without "/" at the end, from that or "HOST:PORT"; nothing when not set.
Result<std::optional<std::string>> read_emulator_url(const RawSetting& setting);

}  // namespace github_stats
