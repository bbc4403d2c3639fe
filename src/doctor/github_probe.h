// What is asked of GitHub with one token, and what the answers say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "doctor/token_judgement.h"
#include "http/http_client.h"

namespace github_stats::doctor {

// What an answer's headers and /rate_limit tell of a token.
struct TokenFacts {
  std::optional<std::vector<std::string>> scopes;  // of a classic token
  std::optional<Time> expires_at;
  std::optional<HourLeft> left;  // nothing where GitHub keeps no limits (Enterprise Server)
};

class GitHubProbe {
 public:
  // `api_url`: as GITHUB_API_URL gives it.
  GitHubProbe(HttpClient& http, Clock& clock, std::string api_url)
      : http_(http), clock_(clock), api_url_(std::move(api_url)) {}

  // These fail as GitHub refuses: unauthenticated, permission_denied, …, or with unavailable when
  // no answer came. The token is in no message.
  Result<TokenFacts> token_facts(const std::string& token);
  // The login of whom the token belongs to is given by way of `viewer`.
  Result<Sight> sight(const std::string& token, std::string_view login, std::string& viewer);
  Result<Sample> sample(const std::string& token, std::string_view login);
  // The version of an Enterprise Server.
  Result<std::string> server_version(const std::string& token);

 private:
  Result<HttpResponse> ask(HttpRequest request, const std::string& token);
  Result<HttpResponse> get(std::string_view path, const std::string& token);
  Result<HttpResponse> query(std::string_view operation, std::string_view document,
                             std::string_view login, const std::string& token);

  HttpClient& http_;
  Clock& clock_;
  const std::string api_url_;
};

}  // namespace github_stats::doctor
