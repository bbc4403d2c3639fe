// Where the access token comes from that a request to Google is sent with.
#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"

namespace github_stats {

// Thread-safe, as all methods are.
class AccessTokenSource {
 public:
  virtual ~AccessTokenSource() = default;

  // The token to send now: a secret. Kept until shortly before it expires, then a new one is asked
  // for, once for all threads. Fails with unauthenticated when there is none to be had (the message
  // says which source was tried and what was wrong), with unavailable when nothing was heard of the
  // one who gives it, or with cancelled.
  virtual Result<std::string> token(std::stop_token stop) = 0;

  // Google refused this token, which token() gave. True when the next call may give another one.
  virtual bool refused(const std::string& token) = 0;

  // Whose it is and where it comes from, for messages: "service account x@y (key file k.json)".
  virtual std::string description() const = 0;

  // The Google Cloud project that the credentials belong to, where they say.
  virtual std::optional<std::string> project() const { return std::nullopt; }
};

}  // namespace github_stats
