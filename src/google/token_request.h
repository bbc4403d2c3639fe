// One exchange with a token endpoint: sent until answered, its failure explained, no secret shown.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "google/token_issuer.h"
#include "http/http_client.h"
#include "http/retry.h"

namespace github_stats {

// What every issuer works with.
struct TokenTools {
  HttpClient& http;
  Clock& clock;
  RetryPolicy retry;
  std::function<double()> random;  // in [0, 1), for jitter; thread-safe
};

struct TokenRequest {
  HttpRequest http;
  std::vector<std::string> secrets = {};  // in the request; taken out of whatever is shown
};

// A form as the token endpoints of OAuth take it.
HttpRequest form_request(std::string url, std::string form);

// Makes and sends the request, again after passing trouble: no answer, 5xx, 429 and Google's
// "internal_failure", as far as `patience` allows. Any other answer from 400 up is a failure:
// classify_google_failure's, with what `explain` adds to it. Fails with cancelled, too.
Result<HttpResponse> send_token_request(
    const TokenTools& tools, const std::function<Result<TokenRequest>()>& make,
    const std::function<void(const HttpResponse&, Error&)>& explain, Patience patience,
    std::stop_token stop);

// The token in an answer's "access_token" and "expires_in" (RFC 6749, section 5.1), asked for at
// `asked_at` on the clock's elapsed() scale. Fails with data_loss.
Result<FreshToken> token_in(const HttpResponse& response, Duration asked_at);

// Whether this is what can be sent as a bearer token: visible ASCII without blanks.
bool is_bearer_token(std::string_view text);

}  // namespace github_stats
