// Files that configuration comes from: an env file, a token, a key.
#pragma once

#include <string>

#include "base/result.h"

namespace github_stats {

// The file's bytes. Pipes can be read too. Fails with not_found, permission_denied, or
// invalid_argument (a directory, more than 1 MiB); the message names the file and the reason, the
// remedy is left to the caller.
Result<std::string> read_small_file(const std::string& path);

}  // namespace github_stats
