// Reading the envelope of GitHub's answers: errors, limits, messages. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "github/github_client.h"
#include "github/rate_limiter.h"
#include "http/http_client.h"

namespace github_stats {

// The `message` of a JSON error body, or the beginning of whatever the body is.
std::string message_of(const HttpResponse& response);

// What an answer's x-ratelimit-* headers say of the budget that the request was charged to; nothing
// when they are missing (Enterprise Server without limits).
std::optional<RateBudget> rate_budget_of(const HttpResponse& response);

// The entries of `errors` in a GraphQL answer; empty when it has none.
std::vector<GraphQlError> graphql_errors_of(const std::string& padded_body);

// What a set of errors amounts to: nothing when the data that came with them can be used
// (has_data, and each is NOT_FOUND or FORBIDDEN).
std::optional<Error> classify_errors(const std::vector<GraphQlError>& errors, bool has_data);

// What a 4xx or 5xx answer amounts to. A 403 is a rate limit when it says so.
Error classify_http_failure(const HttpResponse& response);

// What an answer amounts to that should be good and can't be read, for `reason`: unavailable.
Error unreadable_answer(std::string_view operation, const HttpResponse& response,
                        std::string_view reason);

}  // namespace github_stats
