#include "base/crc32c.h"

#include <gtest/gtest.h>

namespace github_stats {
namespace {

// One bit after another, as the definition has it.
uint32_t by_definition(std::string_view bytes) {
  uint32_t crc = 0xFFFF'FFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0x82F6'3B78U : crc >> 1U;
    }
  }
  return ~crc;
}

// RFC 3720, B.4.
TEST(Crc32c, AgreesWithTheStandard) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A91'36AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8'AB43U);
  EXPECT_EQ(crc32c("123456789"), 0xE306'9283U);
}

TEST(Crc32c, AgreesWithTheDefinitionAtEveryLength) {
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(crc32c(bytes), by_definition(bytes)) << bytes.size();
    bytes += static_cast<char>(i * 37 + 200);
  }
}

TEST(Crc32c, IsWrittenAsGoogleDoes) {
  EXPECT_EQ(crc32c_base64(""), "AAAAAA==");
  EXPECT_EQ(crc32c_base64("123456789"), "4waSgw==");
}

}  // namespace
}  // namespace github_stats
