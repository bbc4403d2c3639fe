// An issuer's access tokens, each kept until shortly before its end.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "google/access_token.h"
#include "google/token_issuer.h"
#include "http/token_keeper.h"

namespace github_stats {

class CachedToken : public AccessTokenSource {
 public:
  CachedToken(Clock& clock, std::unique_ptr<TokenIssuer> issuer);

  Result<std::string> token(std::stop_token stop) override { return keeper_.token(stop); }
  bool refused(const std::string& token) override {
    keeper_.refused(token);
    return true;
  }
  std::string description() const override { return issuer_->description(); }
  std::optional<std::string> project() const override { return issuer_->project(); }

 private:
  Error explained(Error error) const;

  const std::unique_ptr<TokenIssuer> issuer_;  // new_token() is called by the one that renews
  TokenKeeper keeper_;
};

}  // namespace github_stats
