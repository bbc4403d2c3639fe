// The tokens of a GitHub App's installation, each renewed before it expires.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "github/app_sign_in.h"
#include "github/token_source.h"

namespace github_stats {

// Signs in when the first token is asked for. Five minutes before a token expires, or as soon as
// GitHub refuses it, one caller of token() fetches the next; the others go on with the old one as
// long as it is valid, and wait for the new one when it is not. What comes of it, a failure
// included, is told to all who waited.
class AppToken : public TokenSource {
 public:
  AppToken(HttpClient& http, Clock& clock, GitHubAppOptions options)
      : clock_(clock), sign_in_(http, clock, std::move(options)) {}

  Result<std::string> token(std::stop_token stop) override;
  bool refused(const std::string& token) override;
  std::string_view remedy() const override {
    return "check that the App is installed for GITHUB_ORG and not suspended, and may read "
           "contents, issues and pull requests";
  }

 private:
  Result<std::string> renew(std::unique_lock<std::mutex>& lock, std::stop_token stop);
  bool is_valid(Duration now) const { return token_ && now < token_->expires_at; }

  Clock& clock_;
  AppSignIn sign_in_;  // used by the one that renews
  std::mutex mutex_;
  std::condition_variable_any renewed_;
  bool renewing_ = false;
  std::optional<InstallationToken> token_;
  Duration renew_at_{0};          // on the clock's elapsed() scale
  std::optional<Error> failure_;  // what the last renewal came to
};

}  // namespace github_stats
