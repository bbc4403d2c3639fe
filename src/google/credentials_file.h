// Credentials files of all types, as gcloud and the Cloud console write them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "google/access_token.h"
#include "google/token_request.h"

namespace github_stats {

// The source of access tokens that the file's text describes: "service_account",
// "authorized_user", "external_account" or "impersonated_service_account". `path` is for messages.
// Fails with invalid_argument, "it has no 'private_key'"; the message never shows what the text
// holds but names of hosts and of the type.
Result<std::unique_ptr<AccessTokenSource>> read_credentials(const TokenTools& tools,
                                                            std::string_view text,
                                                            const std::string& path);

}  // namespace github_stats
