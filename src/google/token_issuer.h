// One who makes access tokens: asks for a new one each time. google/token_cache.h keeps them.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

// What the tokens are for: all that this program does in Google Cloud, as far as IAM allows it.
inline constexpr std::string_view kCloudPlatformScope =
    "https://www.googleapis.com/auth/cloud-platform";

struct FreshToken {
  std::string text;        // secret
  Duration lifetime{0};    // from the request on
  Duration expires_at{0};  // on the clock's elapsed() scale
};

// How much passing trouble (no answer, 5xx, 429) is waited out.
enum class Patience {
  kNone,   // one attempt: there is a token that still serves
  kUsual,  // as the retry policy says
};

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
