// Requests to Google's APIs: signed in, repeated where that is safe, failures classified.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "google/access_token.h"
#include "http/http_client.h"
#include "http/retry.h"

namespace github_stats {

struct GoogleApiOptions {
  // cloud.google.com/storage/docs/retry-strategy: exponential with jitter; a rate limit without a
  // time is waited for in the same way.
  RetryPolicy retry = {
      .max_attempts = 10, .longest_wait = std::chrono::seconds(32), .rate_limit_wait = {}};
  std::function<double()> random;  // in [0, 1), for jitter; thread-safe
  // Once stopped, what is under way is still finished if Google answers soon: the last checkpoint
  // is worth a few more seconds, but not minutes.
  std::stop_token stop;
};

// Whether a request whose answer was lost may be sent again. It may when doing it twice is the same
// as doing it once (idempotent), or when a precondition makes Google refuse the second one.
enum class Repeat { kSafe, kNever };

// An answer, and whether an earlier attempt may have had its effect already.
struct GoogleAnswer {
  HttpResponse response;
  bool repeated = false;
};

class GoogleApi {
 public:
  // Without `tokens` nothing is signed: for emulators, which get no credentials.
  GoogleApi(std::shared_ptr<HttpClient> http, Clock& clock,
            std::unique_ptr<AccessTokenSource> tokens, GoogleApiOptions options);

  // Sends the request until an answer comes that is not passing trouble, and gives it whatever its
  // status. Fails when there is none: unavailable or rate_limited (attempts used up), or as tokens
  // and connections fail. Thread-safe.
  Result<GoogleAnswer> ask(HttpRequest request, Repeat repeat);

  // One attempt: signs, sends, and signs anew once when the token is refused. 401 after that is
  // unauthenticated; trouble that may pass is a failure too. `retry_after` is set where Google asks
  // for a pause.
  Result<HttpResponse> ask_once(HttpRequest& request, std::optional<Duration>& retry_after);

  // Waits before attempt `number` + 1 after such a failure; false: give up.
  bool wait_to_repeat(const Error& error, int number, std::optional<Duration> retry_after);

  // Fetches a token, if there is none yet. Fails as tokens do.
  Status sign_in();

  // Who is signed in, for messages; "nobody" towards an emulator.
  std::string identity() const;
  // The Google Cloud project of the credentials, where they say.
  std::optional<std::string> project() const;

 private:
  Result<HttpResponse> send_signed(HttpRequest& request);

  const std::shared_ptr<HttpClient> http_;
  Clock& clock_;
  const std::unique_ptr<AccessTokenSource> tokens_;
  const GoogleApiOptions options_;
};

}  // namespace github_stats
