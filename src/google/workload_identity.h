// Workload identity federation: the token of another identity provider (GitHub Actions, Kubernetes,
// Azure, …) is exchanged for one of Google's at its Security Token Service.
//
// Facts: google.aip.dev/auth/4117, and
// cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token.
#pragma once

#include <memory>
#include <string>

#include "google/json_object.h"
#include "google/token_issuer.h"
#include "google/token_request.h"

namespace github_stats {

// From a credentials file of the type "external_account", but for its
// 'service_account_impersonation_url', which google/impersonation.h acts upon; `path` is for
// descriptions. Fails with invalid_argument when the file can't be used.
Result<std::unique_ptr<TokenIssuer>> make_workload_identity(const TokenTools& tools,
                                                            const JsonObject& file,
                                                            const std::string& path);

}  // namespace github_stats
