// A person's login: the refresh token that `gcloud auth application-default login` leaves behind.
//
// Facts: developers.google.com/identity/protocols/oauth2/web-server, "Refreshing an access token".
#pragma once

#include <memory>
#include <string>

#include "google/json_object.h"
#include "google/token_issuer.h"
#include "google/token_request.h"

namespace github_stats {

// From a credentials file of the type "authorized_user"; `path` is for descriptions. Fails with
// invalid_argument when the file can't be used.
Result<std::unique_ptr<TokenIssuer>> make_user_login(const TokenTools& tools,
                                                     const JsonObject& file,
                                                     const std::string& path);

}  // namespace github_stats
