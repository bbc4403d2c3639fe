#include "config/credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "config/setting_values.h"
#include "config/ways.h"

namespace github_stats {
namespace {

Result<GitHubCredentials> read_tokens(const RawSetting& setting) {
  constexpr std::string_view kAllowed =
      "a token, or several separated by commas, without blanks or line breaks inside";
  ASSIGN_OR_RETURN(const auto texts, read_list(setting));
  GitHubCredentials credentials;
  for (const std::string& text : texts) {
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; })) {
      return malformed(setting, kAllowed);
    }
    Secret token(text);
    auto& tokens = credentials.tokens;
    if (std::find(tokens.begin(), tokens.end(), token) == tokens.end()) {
      tokens.push_back(std::move(token));
    }
  }
  if (credentials.tokens.empty()) {
    return malformed(setting, kAllowed);
  }
  return credentials;
}

// A PEM text whose line breaks may be written "\n", as they are in one-line variables.
Result<Secret> read_key(const RawSetting& setting) {
  std::string text;
  for (std::string_view rest = setting.value; !rest.empty();) {
    const bool written_break = rest.starts_with("\\n");
    if (rest.front() != '\r') {
      text += written_break ? '\n' : rest.front();
    }
    rest.remove_prefix(written_break ? 2 : 1);
  }
  if (!text.starts_with("-----BEGIN ") || text.find("PRIVATE KEY-----\n") == std::string::npos ||
      text.find("\n-----END ") == std::string::npos) {
    return malformed(setting, "the PEM text of a private key, from -----BEGIN to -----END");
  }
  return Secret(std::move(text));
}

Status read_app_key(const RawSettings& raw, GitHubApp& app) {
  ASSIGN_OR_RETURN(const size_t way,
                   choose_way(raw, {{"GITHUB_APP_PRIVATE_KEY"}, {"GITHUB_APP_PRIVATE_KEY_FILE"}}));
  if (way == 0) {
    const RawSetting& key = raw.at("GITHUB_APP_PRIVATE_KEY");
    app.key_origin = fmt::format("{} ({})", key.info->variable, key.origin);
    ASSIGN_OR_RETURN(app.private_key, read_key(key));
    return {};
  }
  if (way == 1) {
    ASSIGN_OR_RETURN(const RawSetting content, read_file_of(raw, "GITHUB_APP_PRIVATE_KEY_FILE"));
    app.key_origin = content.origin;
    ASSIGN_OR_RETURN(app.private_key, read_key(content));
    return {};
  }
  return fail(ErrorCode::kInvalidArgument, "the GitHub App has no private key",
              "set GITHUB_APP_PRIVATE_KEY or GITHUB_APP_PRIVATE_KEY_FILE");
}

Result<GitHubCredentials> read_app(const RawSettings& raw) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  GitHubApp app;
  const RawSetting& id = raw.at("GITHUB_APP_ID");
  if (!id.is_set()) {
    return fail(ErrorCode::kInvalidArgument,
                "settings of a GitHub App are there, but GITHUB_APP_ID is not set",
                "set it to the App's id, or remove the other GITHUB_APP_ variables");
  }
  ASSIGN_OR_RETURN(app.id, read_integer(id, 1, kMost));
  RETURN_IF_ERROR(read_app_key(raw, app));
  const RawSetting& installation = raw.at("GITHUB_APP_INSTALLATION_ID");
  if (installation.is_set()) {
    ASSIGN_OR_RETURN(app.installation_id, read_integer(installation, 1, kMost));
  }
  GitHubCredentials credentials;
  credentials.app = std::move(app);
  return credentials;
}

}  // namespace

Result<GitHubCredentials> read_github_credentials(const RawSettings& raw) {
  ASSIGN_OR_RETURN(const size_t way, choose_way(raw, {{"GITHUB_TOKEN"},
                                                      {"GITHUB_TOKEN_FILE"},
                                                      {"GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY",
                                                       "GITHUB_APP_PRIVATE_KEY_FILE",
                                                       "GITHUB_APP_INSTALLATION_ID"}}));
  if (way == 0) {
    return read_tokens(raw.at("GITHUB_TOKEN"));
  }
  if (way == 1) {
    ASSIGN_OR_RETURN(const RawSetting content, read_file_of(raw, "GITHUB_TOKEN_FILE"));
    return read_tokens(content);
  }
  if (way == 2) {
    return read_app(raw);
  }
  return GitHubCredentials();
}

}  // namespace github_stats
