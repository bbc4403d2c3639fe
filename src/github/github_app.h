// The tokens of a GitHub App's installation, each renewed before it expires.
#pragma once

#include <string>

#include "base/clock.h"
#include "github/app_sign_in.h"
#include "github/token_source.h"
#include "http/token_keeper.h"

namespace github_stats {

// Signs in when the first token is asked for, and again five minutes before it expires.
class AppToken : public TokenSource {
 public:
  AppToken(HttpClient& http, Clock& clock, GitHubAppOptions options)
      : sign_in_(http, clock, std::move(options)),
        keeper_(clock, std::chrono::minutes(5), "GitHub",
                [this](Patience, std::stop_token stop) { return sign_in_.new_token(stop); }) {}

  Result<std::string> token(std::stop_token stop) override { return keeper_.token(stop); }
  bool refused(const std::string& token) override {
    keeper_.refused(token);
    return true;
  }
  std::string_view remedy() const override {
    return "check that the App is installed for GITHUB_ORG and not suspended, and may read "
           "contents, issues and pull requests";
  }

 private:
  AppSignIn sign_in_;  // used by the one that renews
  TokenKeeper keeper_;
};

}  // namespace github_stats
