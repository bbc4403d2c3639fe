// Keyed hashes (HMAC-SHA-256, RFC 2104): names for things that only who holds the key can work out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace github_stats {

// The most hexadecimal digits there are of one hash.
inline constexpr size_t kMostHashDigits = 64;

// The first `digits` hexadecimal digits, in lower case, of the hash of `text` under `key`. Any
// number of threads may call it.
std::string keyed_hash(std::string_view key, std::string_view text, size_t digits);

}  // namespace github_stats
