// Keeps an access token until shortly before its end, for all threads.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "google/access_token.h"
#include "google/token_issuer.h"

namespace github_stats {

// The first token is asked for when it is needed. 3:45 minutes before a token expires, or as soon
// as Google refuses it, one caller of token() fetches the next; the others go on with the old one
// as long as it is valid, and wait for the new one when it is not. What comes of it, a failure
// included, is told to all who waited. While the old token is valid, a failure is no more than a
// warning, and the next attempt comes half a minute later.
//
// (Metadata servers give the same token again until four minutes before its end, as google-auth
// notes: to renew earlier than that would only ask in vain.)
class CachedToken : public AccessTokenSource {
 public:
  CachedToken(Clock& clock, std::unique_ptr<TokenIssuer> issuer)
      : clock_(clock), issuer_(std::move(issuer)) {}

  Result<std::string> token(std::stop_token stop) override;
  bool refused(const std::string& token) override;
  std::string description() const override { return issuer_->description(); }
  std::optional<std::string> project() const override { return issuer_->project(); }

 private:
  Result<std::string> renew(std::unique_lock<std::mutex>& lock, std::stop_token stop);
  Error explained(Error error) const;
  bool is_valid(Duration now) const { return token_ && now < token_->expires_at; }

  Clock& clock_;
  const std::unique_ptr<TokenIssuer> issuer_;  // new_token() is called by the one that renews
  std::mutex mutex_;
  std::condition_variable_any renewed_;
  bool renewing_ = false;
  std::optional<FreshToken> token_;
  Duration renew_at_{0};          // on the clock's elapsed() scale
  std::optional<Error> failure_;  // what the last renewal came to
};

}  // namespace github_stats
