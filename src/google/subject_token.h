// The subject token of workload identity federation: what another identity provider says about who
// runs this program. It lies in a file, or a local address gives it.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "google/json_object.h"
#include "google/token_issuer.h"
#include "google/token_request.h"

namespace github_stats {

// One of file and url is set.
struct SubjectTokenPlace {
  std::string file;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;  // for the url; may hold secrets
  std::optional<std::string> json_field;  // where the token is; nothing: all of the text is it
};

// Reads a credentials file's 'credential_source'. Fails with invalid_argument for those that are
// malformed and those that are not supported (AWS, executables, certificates).
Result<SubjectTokenPlace> read_subject_token_place(const JsonObject& credential_source);

// The token as it is now: providers replace it often. A secret. Fails with the cause's code.
Result<std::string> read_subject_token(const SubjectTokenPlace& place, const TokenTools& tools,
                                       Patience patience, std::stop_token stop);

}  // namespace github_stats
