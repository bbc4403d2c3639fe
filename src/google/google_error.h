// What Google says in a failed answer. Two forms are met: the APIs' {"error": {"code", "message",
// "errors": [{"reason"}]}} and the token endpoints' {"error", "error_description"} (RFC 6749).
#pragma once

#include <string>

#include "base/result.h"
#include "http/http_client.h"

namespace github_stats {

struct GoogleComplaint {
  std::string reason;   // "invalid_grant", "rateLimitExceeded"; empty when there is none
  std::string message;  // for people, harmless for a terminal; the body's beginning if need be
};

GoogleComplaint complaint_of(const HttpResponse& response);

// What a 4xx or 5xx answer amounts to: the code by its status and reason (a 403 can be a rate
// limit), the message "403: …". The remedy is left to who knows what was asked.
Error classify_google_failure(const HttpResponse& response);

}  // namespace github_stats
