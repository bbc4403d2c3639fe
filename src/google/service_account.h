// A service account that proves itself with its private key: a JWT signed with it is exchanged for
// an access token.
//
// Facts: developers.google.com/identity/protocols/oauth2/service-account, "HTTP/REST".
#pragma once

#include <memory>
#include <string>

#include "google/json_object.h"
#include "google/token_issuer.h"
#include "google/token_request.h"

namespace github_stats {

// From a credentials file of the type "service_account"; `path` is for descriptions. Fails with
// invalid_argument when the file can't be used: "it has no 'private_key'".
//
// This machine's clock may be wrong: a JWT that is refused is made again with Google's time, when
// the answer's Date header differs from this machine's.
Result<std::unique_ptr<TokenIssuer>> make_service_account(const TokenTools& tools,
                                                          const JsonObject& file,
                                                          const std::string& path);

}  // namespace github_stats
