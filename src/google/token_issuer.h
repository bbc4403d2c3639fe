// One who makes access tokens: asks for a new one each time. google/token_cache.h keeps them.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/token_keeper.h"

namespace github_stats {

// What the tokens are for: all that this program does in Google Cloud, as far as IAM allows it.
inline constexpr std::string_view kCloudPlatformScope =
    "https://www.googleapis.com/auth/cloud-platform";

class TokenIssuer {
 public:
  virtual ~TokenIssuer() = default;

  // Asks for a new token. The failure's code is the cause's; cancelled when `stop` was requested.
  // Called by one thread at a time.
  virtual Result<FreshToken> new_token(Patience patience, std::stop_token stop) = 0;

  // As AccessTokenSource's. Thread-safe.
  virtual std::string description() const = 0;
  virtual std::optional<std::string> project() const = 0;
};

}  // namespace github_stats
