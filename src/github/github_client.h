// GitHub's GraphQL API: sends a query, waits out its limits, tries again what is worth it, and
// hands the data to a visitor. Knows limits and errors, not pull requests.
#pragma once

#include <simdjson.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "github/rate_limiter.h"
#include "github/token_source.h"
#include "http/http_client.h"
#include "http/retry.h"

namespace github_stats {

// An entry of an answer's `errors`, for data that is there all the same.
struct GraphQlError {
  std::string type;  // "NOT_FOUND", "FORBIDDEN"
  std::string message;
  std::vector<std::string> path;  // {"nodes", "3"}: which part of the data is null for it
};

struct GraphQlQuery {
  std::string_view operation;  // the operation's name in `document`
  std::string_view document;   // selects rateLimit { cost remaining limit resetAt } first
  std::string variables;       // a JSON object
  // Tries for passing trouble. Callers that can ask for less instead keep this low.
  int max_attempts = 6;
  int64_t points = 1;  // that it is expected to cost
};

// What has been spent so far.
struct ApiUsage {
  int64_t requests = 0;
  int64_t points = 0;
};

struct GitHubClientOptions {
  std::string graphql_url;
  TokenSources tokens;
  RetryPolicy retry;
  std::function<double()> random;  // in [0, 1), for jitter; thread-safe
};

// Where GraphQL is asked, for a REST address as GITHUB_API_URL gives it: https://api.github.com →
// …/graphql; https://HOST/api/v3 (Enterprise Server) → https://HOST/api/graphql.
std::string graphql_url_for(std::string_view api_url);

class GitHubClient {
 public:
  // Reads the answer's `data`. May throw simdjson_error; anything it did is undone or overwritten
  // when it is called again for a repeated answer. Must not call query() itself.
  using Visitor =
      std::function<Status(simdjson::ondemand::object& data, std::span<const GraphQlError> errors)>;

  GitHubClient(HttpClient& http, RateLimiter& limiter, Clock& clock, GitHubClientOptions options);

  // Asks, and calls `visit` once with a good answer. Data with errors is good only when every error
  // is NOT_FOUND or FORBIDDEN; any other is as if nothing had come.
  //
  // Fails with unauthenticated (no token is accepted), permission_denied, not_found, rate_limited
  // (the limit lasts longer than allowed, or the points that may be spent are), invalid_argument
  // (GitHub refused the query itself), cancelled, or unavailable: GitHub gave no whole answer in
  // max_attempts tries, which for a large query often means that it was too large; or, with
  // Error::general, GitHub is down for good. Tries during an outage do not count. Thread-safe.
  Status query(const GraphQlQuery& query, const Visitor& visit, std::stop_token stop);

  // GitHub's own time, as far as its answers tell; ours before the first. Never ahead of GitHub's.
  Time github_now() const { return clock_.now() + Duration(clock_offset_.load()); }

  ApiUsage usage() const { return {requests_.load(), points_.load()}; }

 private:
  Result<HttpResponse> send(const Permit& permit, const std::string& body, std::stop_token stop);
  // Sends the request with the token of this index; once more when that is refused and renewable.
  Result<HttpResponse> send_as(size_t token, HttpRequest request, std::stop_token stop);
  Status attempt(Permit& permit, const GraphQlQuery& query, const std::string& body,
                 const Visitor& visit, std::stop_token stop, std::optional<Duration>& retry_after);
  void probe(Permit& permit, std::stop_token stop);
  Status read_answer(HttpResponse& response, const Visitor& visit, std::optional<int64_t>& points);
  Status explain(size_t token, const GraphQlQuery& query, const HttpResponse& response,
                 Error error);
  void learn_time(const HttpResponse& response);

  HttpClient& http_;
  RateLimiter& limiter_;
  Clock& clock_;
  const GitHubClientOptions options_;
  std::atomic<int64_t> requests_{0};
  std::atomic<int64_t> points_{0};
  std::atomic<int64_t> clock_offset_{0};  // GitHub's time less ours, microseconds
};

}  // namespace github_stats
