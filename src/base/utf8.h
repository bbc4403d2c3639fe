// UTF-8, read strictly: no surrogates, nothing longer than need be.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace github_stats {

struct CodePoint {
  size_t length;  // in bytes; 0: the text does not begin with UTF-8
  uint32_t value;
};

// The code point at the front of `text`, which is not empty.
CodePoint decode_utf8(std::string_view text);

// `text` with each byte that is no part of UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace github_stats
