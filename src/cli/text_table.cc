#include "cli/text_table.h"

#include <algorithm>

#include "base/log.h"

namespace github_stats {
namespace {

// Columns a text takes: its code points. Good for names and numbers, which is what tables hold.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

void TextTable::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) {
    cell = printable(cell);
  }
  rows_.push_back(std::move(cells));
}

std::string TextTable::render() const {
  std::vector<size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  std::string out;
  for (size_t r = 0; r < rows_.size(); ++r) {
    if (std::ranges::find(rules_, r) != rules_.end()) {
      for (size_t i = 0; i < widths.size(); ++i) {
        out.append(i == 0 ? "" : "  ").append(widths[i], '-');
      }
      out.push_back('\n');
    }
    for (size_t i = 0; i < rows_[r].size(); ++i) {
      const std::string padding(widths[i] - width_of(rows_[r][i]), ' ');
      const bool is_last = i + 1 == rows_[r].size();
      out.append(i == 0 ? "" : "  ");
      out.append(i == 0 ? "" : padding)
          .append(rows_[r][i])
          .append(i == 0 && !is_last ? padding : "");
    }
    out.push_back('\n');
  }
  return out;
}

}  // namespace github_stats
