// Who the program is to GitHub: personal access tokens, or a GitHub App.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/raw_settings.h"
#include "config/secret.h"

namespace github_stats {

struct GitHubApp {
  int64_t id = 0;
  Secret private_key;                      // PEM
  std::string key_origin;                  // for messages: "GITHUB_APP_PRIVATE_KEY (environment)"
  std::optional<int64_t> installation_id;  // nothing: the organisation's, to be looked up
};

// At most one of the two is there.
struct GitHubCredentials {
  std::vector<Secret> tokens;  // distinct
  std::optional<GitHubApp> app;

  bool empty() const { return tokens.empty() && !app; }
};

// A token, a token's file and an App exclude each other: the one from the source of highest
// precedence is taken, two from the same source are an error. The files are read here.
Result<GitHubCredentials> read_github_credentials(const RawSettings& raw);

}  // namespace github_stats
