// Keeps a token that expires until shortly before its end, for all threads.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace github_stats {

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

// The first token is fetched when it is asked for. Some minutes before it expires, or as soon as it
// was refused, one caller of token() fetches the next; the others go on with the old one as long as
// it is valid, and wait for the new one when it is not. What comes of it, a failure included, is
// told to all who waited. While the old token is valid, a failure is no more than a warning, and
// the next attempt comes half a minute later.
class TokenKeeper {
 public:
  // Called by one thread at a time.
  using Fetch = std::function<Result<FreshToken>(Patience, std::stop_token)>;

  // `early`: how long before its end a token is renewed, or half of its life if that is shorter.
  // `whom`: "Google", for messages; outlives this.
  TokenKeeper(Clock& clock, Duration early, std::string_view whom, Fetch fetch)
      : clock_(clock), early_(early), whom_(whom), fetch_(std::move(fetch)) {}

  // Fails as `fetch` does, or with cancelled. Thread-safe, as all.
  Result<std::string> token(std::stop_token stop);

  // The next call fetches another one, if this is the one that is kept.
  void refused(const std::string& token);

 private:
  Result<std::string> renew(std::unique_lock<std::mutex>& lock, std::stop_token stop);
  bool is_valid(Duration now) const { return token_ && now < token_->expires_at; }

  Clock& clock_;
  const Duration early_;
  const std::string_view whom_;
  const Fetch fetch_;
  std::mutex mutex_;
  std::condition_variable_any renewed_;
  bool renewing_ = false;
  std::optional<FreshToken> token_;
  Duration renew_at_{0};          // on the clock's elapsed() scale
  std::optional<Error> failure_;  // what the last renewal came to
};

}  // namespace github_stats
