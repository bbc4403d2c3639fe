#include "config/setting_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"
#include "config/glob.h"
#include "config/url.h"

namespace github_stats {
namespace {

bool is_login(std::string_view text) {
  constexpr size_t kLongestLogin = 39;
  return !text.empty() && text.size() <= kLongestLogin && is_letter_or_digit(text.front()) &&
         consists_of_letters_digits_and("-_", text);
}

// A URL with an "@" may hold a password, and a query may hold anything: neither is repeated.
tl::unexpected<Error> malformed_url(RawSetting setting, std::string_view allowed) {
  if (setting.value.find('@') != std::string::npos) {
    setting.value = "(hidden)";
  } else if (const size_t query = setting.value.find_first_of("?#"); query != std::string::npos) {
    setting.value.replace(query + 1, std::string::npos, "(hidden)");
  }
  return malformed(setting, allowed);
}

Status check_repository(const RawSetting& setting, std::string_view glob) {
  constexpr size_t kLongestName = 100;
  if (glob.find('/') != std::string_view::npos) {
    return malformed(setting, "repositories without their organisation, which --org gives");
  }
  if (glob == "." || glob == ".." || glob.size() > kLongestName ||
      !consists_of_letters_digits_and("-_.*?[]!", glob)) {
    return malformed(setting,
                     "names of up to 100 letters, digits, '-', '_' and '.', or globs with '*', "
                     "'?', '[a-z]', '[!a-z]'");
  }
  if (const Status status = check_glob(glob); !status) {
    return malformed(setting, "globs with closed '[' and forward ranges, as '[a-z]'");
  }
  return {};
}

}  // namespace

Result<int64_t> read_integer(const RawSetting& setting, int64_t least, int64_t most) {
  const std::string& text = setting.value;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return malformed(setting, fmt::format("a whole number from {} to {}", least, most));
  }
  return value;
}

Result<bool> read_boolean(const RawSetting& setting) {
  const std::string text = lower(setting.value);
  if (text == "true" || text == "1" || text == "yes" || text == "on") {
    return true;
  }
  if (text == "false" || text == "0" || text == "no" || text == "off") {
    return false;
  }
  return malformed(setting, "true or false (or 1, 0, yes, no, on, off)");
}

Result<LogLevel> read_log_level(const RawSetting& setting) {
  const std::string text = lower(setting.value);
  if (text == "debug") {
    return LogLevel::kDebug;
  }
  if (text == "info") {
    return LogLevel::kInfo;
  }
  if (text == "warning") {
    return LogLevel::kWarning;
  }
  if (text == "error") {
    return LogLevel::kError;
  }
  return malformed(setting, "debug, info, warning or error");
}

Result<LogFormat> read_log_format(const RawSetting& setting) {
  const std::string text = lower(setting.value);
  if (text == "text") {
    return LogFormat::kText;
  }
  if (text == "json") {
    return LogFormat::kJson;
  }
  return malformed(setting, "text or json");
}

Result<Privacy> read_privacy(const RawSetting& setting) {
  if (const auto privacy = privacy_named(lower(setting.value))) {
    return *privacy;
  }
  return malformed(setting, "full, no-bodies or hashed");
}

Result<std::vector<std::string>> read_list(const RawSetting& setting) {
  constexpr std::string_view kBlanks = " \t\r\n";
  std::vector<std::string> values;
  std::string_view rest = setting.value;
  while (!setting.value.empty()) {
    const size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view value = rest.substr(0, comma);
    const size_t first = value.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
      return malformed(setting, "values separated by single commas, none of them empty");
    }
    values.emplace_back(value.substr(first, value.find_last_not_of(kBlanks) - first + 1));
    if (comma == rest.size()) {
      break;
    }
    rest.remove_prefix(comma + 1);
  }
  return values;
}

Result<std::string> read_organisation(const RawSetting& setting) {
  if (setting.value.find('/') != std::string::npos) {
    return malformed(setting, "the organisation alone; a repository is given with --repo");
  }
  if (!is_login(setting.value)) {
    return malformed(setting,
                     "1 to 39 letters, digits, '-' and '_', beginning with a letter or digit");
  }
  return setting.value;
}

Result<std::vector<std::string>> read_repositories(const RawSetting& setting) {
  ASSIGN_OR_RETURN(auto globs, read_list(setting));
  for (const std::string& glob : globs) {
    RETURN_IF_ERROR(check_repository(setting, glob));
  }
  return globs;
}

Result<std::vector<std::string>> read_logins(const RawSetting& setting) {
  constexpr std::string_view kBot = "[bot]";
  ASSIGN_OR_RETURN(auto logins, read_list(setting));
  for (const std::string& login : logins) {
    const size_t end = login.ends_with(kBot) ? login.size() - kBot.size() : login.size();
    if (!is_login(std::string_view(login).substr(0, end))) {
      return malformed(setting, "GitHub logins, such as 'acme-ci' or 'renovate[bot]'");
    }
  }
  return logins;
}

Result<std::optional<std::string>> read_service_account(const RawSetting& setting) {
  constexpr size_t kLongest = 254;
  if (!setting.is_set()) {
    return std::optional<std::string>();
  }
  const std::string& text = setting.value;
  const size_t at = text.find('@');
  const std::string_view domain = std::string_view(text).substr(std::min(at, text.size() - 1) + 1);
  if (at == 0 || domain.find('.') == std::string_view::npos || text.size() > kLongest ||
      !consists_of_letters_digits_and("-_.", text.substr(0, at)) ||
      !consists_of_letters_digits_and("-.", domain)) {
    return malformed(setting,
                     "a service account's e-mail address, such as "
                     "NAME@PROJECT.iam.gserviceaccount.com");
  }
  return std::optional<std::string>(text);
}

Result<std::string> read_api_url(const RawSetting& setting) {
  const auto url = parse_url(setting.value);
  if (!url) {
    return malformed_url(setting,
                         "a URL such as https://api.github.com or https://HOST/api/v3, without "
                         "user name, password or query");
  }
  if (!url->secure && !is_loopback(url->host)) {
    return malformed_url(setting,
                         "https (http only to localhost), or the token would travel in the clear");
  }
  return url->text;
}

Result<std::optional<std::string>> read_emulator_url(const RawSetting& setting) {
  if (!setting.is_set()) {
    return std::optional<std::string>();
  }
  const bool has_scheme = setting.value.find("://") != std::string::npos;
  const auto url = parse_url(has_scheme ? setting.value : "http://" + setting.value);
  if (!url) {
    return malformed_url(setting, "HOST:PORT or http://HOST:PORT");
  }
  return std::optional<std::string>(url->text);
}

}  // namespace github_stats
