#include "crypto/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cassert>
#include <cstdlib>

namespace github_stats {

std::string keyed_hash(std::string_view key, std::string_view text, size_t digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  assert(digits <= kMostHashDigits);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes, text.size(), hash.data(),
           &size) == nullptr ||
      2 * size_t{size} < digits) {
    // Only for want of memory. What was to be hidden must not go on as anything else.
    std::abort();
  }
  std::string hex(digits, '0');
  for (size_t i = 0; i < digits; ++i) {
    const unsigned byte = hash[i / 2];
    hex[i] = kDigits[i % 2 == 0 ? byte >> 4U : byte & 15U];
  }
  return hex;
}

}  // namespace github_stats
