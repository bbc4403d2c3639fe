#include "google/token_cache.h"

#include <fmt/format.h>

namespace github_stats {
namespace {

// Metadata servers give the same token again until four minutes before its end, as google-auth
// notes: to renew earlier than that would only ask in vain.
constexpr Duration kEarly = std::chrono::seconds(225);

}  // namespace

CachedToken::CachedToken(Clock& clock, std::unique_ptr<TokenIssuer> issuer)
    : issuer_(std::move(issuer)),
      keeper_(clock, kEarly, "Google",
              [this](Patience patience, std::stop_token stop) -> Result<FreshToken> {
                auto token = issuer_->new_token(patience, std::move(stop));
                if (!token) {
                  return tl::unexpected<Error>(explained(std::move(token).error()));
                }
                return token;
              }) {}

Error CachedToken::explained(Error error) const {
  if (error.code == ErrorCode::kCancelled) {
    return error;
  }
  const bool passing =
      error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kRateLimited;
  error.code = passing ? ErrorCode::kUnavailable : ErrorCode::kUnauthenticated;
  error.message = fmt::format("no access token for the {}: {}", description(), error.message);
  return error;
}

}  // namespace github_stats
