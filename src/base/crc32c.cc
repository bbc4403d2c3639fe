#include "base/crc32c.h"

#include <array>

namespace github_stats {
namespace {

constexpr uint32_t kPolynomial = 0x82F6'3B78;  // reflected
constexpr size_t kSlices = 8;

using Tables = std::array<std::array<uint32_t, 256>, kSlices>;

// tables[k][b]: what byte b contributes when k more bytes follow it. Eight bytes are then taken at
// once, instead of one after another.
constexpr Tables make_tables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kPolynomial : 0);
    }
    tables[0][byte] = crc;
  }
  for (size_t slice = 1; slice < kSlices; ++slice) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[slice - 1][byte];
      tables[slice][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  uint32_t crc = 0xFFFF'FFFF;
  const auto at = [&](size_t index) { return static_cast<unsigned char>(bytes[index]); };
  while (bytes.size() >= kSlices) {
    uint32_t next = 0;
    for (size_t i = 0; i < 4; ++i) {
      next ^= kTables[kSlices - 1 - i][at(i) ^ ((crc >> (8 * i)) & 0xFFU)];
      next ^= kTables[kSlices - 5 - i][at(i + 4)];
    }
    crc = next;
    bytes.remove_prefix(kSlices);
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    crc = (crc >> 8U) ^ kTables[0][(crc ^ at(i)) & 0xFFU];
  }
  return ~crc;
}

std::string crc32c_base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  // 32 bits are five digits of six bits and one of two, then padding.
  const uint64_t bits = uint64_t{crc32c(bytes)} << 4U;
  std::string text;
  for (int shift = 30; shift >= 0; shift -= 6) {
    text += kDigits[(bits >> static_cast<unsigned>(shift)) & 0x3FU];
  }
  return text + "==";
}

}  // namespace github_stats
