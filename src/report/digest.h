// SHA-256 and base64, over OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace github_stats {

// 32 bytes.
std::string sha256(std::string_view bytes);

// 32 bytes that tell nothing of `text` to who does not know `key`.
std::string keyed_digest(std::string_view key, std::string_view text);

// With "=" at the end, without line ends.
std::string base64(std::string_view bytes);

}  // namespace github_stats
