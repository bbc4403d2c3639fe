// Addresses that a credentials file names. Such a file is data from outside: what it says about
// where a secret goes is checked before anything is sent there.
#pragma once

#include <string_view>

#include "base/result.h"

namespace github_stats {

// An address that secrets are sent to: https, or http to this machine itself. Fails with
// invalid_argument, "its '<field>' leads to <scheme and host>: …".
Status check_token_url(std::string_view field, std::string_view url);

// An address that a subject token is asked from: http to a cloud's link-local 169.254.169.254, too,
// which is where Azure's virtual machines find theirs.
Status check_subject_token_url(std::string_view field, std::string_view url);

// Scheme, host and port, harmless for a terminal; without what may hold a password.
std::string host_for_messages(std::string_view url);

}  // namespace github_stats
