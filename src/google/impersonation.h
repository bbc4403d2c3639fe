// Acting as a service account: with an access token of somebody who may, the IAM Credentials API
// gives one of that account.
//
// Facts: cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/
// generateAccessToken.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "google/access_token.h"
#include "google/token_issuer.h"
#include "google/token_request.h"

namespace github_stats {

struct Impersonation {
  std::string email;  // of the service account to act as
  std::string url;    // that gives its tokens, checked by check_token_url
  // Service accounts in between, each of which may act as the next; e-mail addresses or resource
  // names ("projects/-/serviceAccounts/…").
  std::vector<std::string> delegates = {};
  std::chrono::seconds lifetime = std::chrono::hours(1);
  std::optional<std::string> project = {};  // nothing: the source's
};

// For the service account of this e-mail address, at Google's own URL.
Impersonation impersonation_of(const std::string& email);

// For a credentials file's 'service_account_impersonation_url', which names the account in its
// path. Fails with invalid_argument when it does not, or leads to where no secret may go.
Result<Impersonation> impersonation_at(const std::string& url);

// `source` is who acts.
std::unique_ptr<TokenIssuer> make_impersonation(const TokenTools& tools,
                                                std::unique_ptr<AccessTokenSource> source,
                                                Impersonation impersonation);

}  // namespace github_stats
