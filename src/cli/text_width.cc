#include "cli/text_width.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/utf8.h"

namespace github_stats {
namespace {

// Code points, both ends included.
struct Range {
  uint32_t first;
  uint32_t last;
};

// The blocks that Unicode's EastAsianWidth.txt has as wide, roughly.
constexpr auto kWide = std::to_array<Range>({{0x1100, 0x115F},
                                             {0x2E80, 0x303E},
                                             {0x3041, 0xA4CF},
                                             {0xA960, 0xA97F},
                                             {0xAC00, 0xD7A3},
                                             {0xF900, 0xFAFF},
                                             {0xFE30, 0xFE6F},
                                             {0xFF00, 0xFF60},
                                             {0xFFE0, 0xFFE6},
                                             {0x1F300, 0x1F64F},
                                             {0x1F680, 0x1F6FF},
                                             {0x1F900, 0x1FAFF},
                                             {0x20000, 0x3FFFD}});

// Combining marks, joiners, selectors of a form.
constexpr auto kNone = std::to_array<Range>({{0x0300, 0x036F},
                                             {0x1AB0, 0x1AFF},
                                             {0x1DC0, 0x1DFF},
                                             {0x200B, 0x200D},
                                             {0x20D0, 0x20FF},
                                             {0xFE00, 0xFE0F},
                                             {0xFE20, 0xFE2F}});

bool is_in(std::span<const Range> ranges, uint32_t c) {
  return std::ranges::any_of(
      ranges, [c](const Range& range) { return range.first <= c && c <= range.last; });
}

size_t width_of_code_point(uint32_t c) {
  if (c < kNone.front().first) {
    return 1;
  }
  return is_in(kNone, c) ? 0 : is_in(kWide, c) ? 2 : 1;
}

struct Front {
  size_t bytes = 0;
  size_t width = 0;
};

// As much of the front of `text` as fits.
Front fitting(std::string_view text, size_t columns) {
  Front front;
  while (front.bytes < text.size()) {
    const CodePoint point = decode_utf8(text.substr(front.bytes));
    const size_t width = width_of_code_point(point.value);
    if (front.width + width > columns) {
      break;
    }
    front.width += width;
    front.bytes += std::max<size_t>(point.length, 1);
  }
  return front;
}

}  // namespace

size_t width_of(std::string_view text) { return fitting(text, std::string_view::npos).width; }

std::string cut_to_width(std::string_view text, size_t columns) {
  if (fitting(text, columns).bytes == text.size()) {
    return std::string(text);
  }
  return std::string(text.substr(0, fitting(text, columns - 1).bytes)) + "…";
}

}  // namespace github_stats
