// CRC-32C (Castagnoli, RFC 3720): the checksum that Google Cloud Storage keeps of every object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace github_stats {

uint32_t crc32c(std::string_view bytes);

// As Google writes it: base64 of the four bytes, the highest first. "AAAAAA==" for no bytes.
std::string crc32c_base64(std::string_view bytes);

}  // namespace github_stats
