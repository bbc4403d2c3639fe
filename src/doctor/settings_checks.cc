#include "doctor/settings_checks.h"

#include <curl/curl.h>
#include <duckdb.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include <map>
#include <set>
#include <string>

#include "config/setting_info.h"
#include "doctor/judgement.h"

namespace github_stats::doctor {
namespace {

const Check kFiles{"settings.files", "files with secrets"};

// The file that an origin such as ".env line 3" names; empty for others.
std::string_view file_in(std::string_view origin) {
  const size_t at = origin.rfind(" line ");
  return at == std::string_view::npos ? std::string_view() : origin.substr(0, at);
}

// Files whose content nobody else should read.
std::set<std::string> files_with_secrets(const Settings& settings) {
  std::set<std::string> files;
  for (const EffectiveSetting& setting : settings.effective) {
    const SettingInfo* info = find_setting(setting.variable);
    const std::string_view file = file_in(setting.origin);
    if (info != nullptr && info->secret && !file.empty()) {
      files.emplace(file);
    }
    if (info != nullptr && info->secret_file && !setting.value.empty()) {
      files.insert(setting.value);
    }
  }
  return files;
}

void check_files(const Settings& settings, const Tell& tell) {
  size_t looked_at = 0;
  bool all_well = true;
  for (const std::string& file : files_with_secrets(settings)) {
    struct stat facts {};
    // A pipe or a device holds nothing; what is missing is told by who needs it.
    if (stat(file.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) {
      continue;
    }
    ++looked_at;
    if (auto finding = judge_file_mode(kFiles, file, facts.st_mode)) {
      all_well = false;
      tell(*std::move(finding));
    }
  }
  if (all_well) {
    tell(kFiles.ok(looked_at == 0 ? "none"
                                  : fmt::format("{} read by whom {} given to only", looked_at,
                                                looked_at == 1 ? "it is" : "they are")));
  }
}

std::string system_name() {
  utsname names{};
  return uname(&names) == 0 ? fmt::format("{} {} ({})", names.sysname, names.release, names.machine)
                            : std::string("an unknown system");
}

}  // namespace

void check_versions(std::string_view version, const Tell& tell) {
  tell(Check{"versions", "versions"}.ok(
      fmt::format("github-stats {}, DuckDB {}, libcurl {}, {}, {}", version,
                  duckdb_library_version(), curl_version_info(CURLVERSION_NOW)->version,
                  OpenSSL_version(OPENSSL_VERSION), system_name())));
}

std::string origins_of(const Settings& settings) {
  std::map<std::string, int> counts;
  for (const EffectiveSetting& setting : settings.effective) {
    const std::string_view file = file_in(setting.origin);
    if (!file.empty()) {
      ++counts[std::string(file)];
    } else if (setting.origin == "environment") {
      ++counts["the environment"];
    } else if (setting.origin.starts_with("flag ")) {
      ++counts["flags"];
    }
  }
  std::string text;
  for (const auto& [source, count] : counts) {
    text += fmt::format("{}{} from {}", text.empty() ? "" : ", ", count, source);
  }
  return text.empty() ? "all are the defaults" : text;
}

void check_settings(const Settings& settings, const Tell& tell) {
  tell(Check{"settings", "settings"}.ok(origins_of(settings)));
  check_files(settings, tell);
}

}  // namespace github_stats::doctor
