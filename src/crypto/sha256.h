// SHA-256 (FIPS 180-4): a name for bytes that no others have.
#pragma once

#include <string>
#include <string_view>

namespace github_stats {

// 64 hexadecimal digits, in lower case.
std::string sha256_hex(std::string_view bytes);

}  // namespace github_stats
