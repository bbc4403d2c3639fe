#include "config/privacy_key.h"

#include <fmt/format.h>

#include "base/trim.h"
#include "config/ways.h"

namespace github_stats {
namespace {

constexpr size_t kShortestKey = 16;

Result<Secret> checked_key(const RawSetting& setting) {
  const std::string_view key = trimmed(setting.value);
  if (key.size() < kShortestKey) {
    return malformed(setting, fmt::format("a random text of {} characters or more; make one with: "
                                          "openssl rand -hex 32",
                                          kShortestKey));
  }
  return Secret(std::string(key));
}

}  // namespace

Result<Secret> read_privacy_key(const RawSettings& raw) {
  ASSIGN_OR_RETURN(const size_t way, choose_way(raw, {{"PRIVACY_KEY"}, {"PRIVACY_KEY_FILE"}}));
  if (way == 0) {
    return checked_key(raw.at("PRIVACY_KEY"));
  }
  if (way == 1) {
    ASSIGN_OR_RETURN(const RawSetting content, read_file_of(raw, "PRIVACY_KEY_FILE"));
    return checked_key(content);
  }
  return Secret();
}

}  // namespace github_stats
