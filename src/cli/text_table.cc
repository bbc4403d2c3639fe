#include "cli/text_table.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "cli/text_width.h"

namespace github_stats {
namespace {

// Texts are not cut to less than this: a terminal too narrow for it wraps the lines.
constexpr size_t kNarrowest = 8;
constexpr size_t kGap = 2;

}  // namespace

TextTable::TextTable(std::vector<std::string> heading)
    : TextTable(std::move(heading), {Align::kLeft}) {}

TextTable::TextTable(std::vector<std::string> heading, std::vector<Align> columns)
    : columns_(std::move(columns)) {
  columns_.resize(heading.size(), Align::kRight);
  add(std::move(heading));
}

void TextTable::add(std::vector<std::string> cells) {
  for (std::string& cell : cells) {
    cell = printable(cell);
  }
  rows_.push_back(std::move(cells));
}

std::vector<size_t> TextTable::widths() const {
  std::vector<size_t> widths(columns_.size());
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], width_of(row[i]));
    }
  }
  return widths;
}

size_t TextTable::line_width(const std::vector<size_t>& widths, size_t longest_text) const {
  size_t sum = widths.empty() ? 0 : kGap * (widths.size() - 1);
  for (size_t i = 0; i < widths.size(); ++i) {
    sum += columns_[i] == Align::kLeft ? std::min(widths[i], longest_text) : widths[i];
  }
  return sum;
}

void TextTable::fit(size_t columns) {
  const std::vector<size_t> natural = widths();
  size_t longest_text = std::max(columns, kNarrowest);
  while (longest_text > kNarrowest && line_width(natural, longest_text) > columns) {
    --longest_text;
  }
  for (auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) {
      if (columns_[i] == Align::kLeft) {
        row[i] = cut_to_width(row[i], longest_text);
      }
    }
  }
}

std::string TextTable::render() const {
  const std::vector<size_t> wide = widths();
  std::string out;
  for (size_t r = 0; r < rows_.size(); ++r) {
    if (std::ranges::find(rules_, r) != rules_.end()) {
      for (size_t i = 0; i < wide.size(); ++i) {
        out.append(i == 0 ? 0 : kGap, ' ').append(wide[i], '-');
      }
      out.push_back('\n');
    }
    for (size_t i = 0; i < rows_[r].size(); ++i) {
      const std::string padding(wide[i] - width_of(rows_[r][i]), ' ');
      const bool is_left = columns_[i] == Align::kLeft;
      const bool is_last = i + 1 == rows_[r].size();
      out.append(i == 0 ? 0 : kGap, ' ');
      out.append(is_left ? "" : padding).append(rows_[r][i]);
      out.append(is_left && !is_last ? padding : "");
    }
    out.push_back('\n');
  }
  return out;
}

}  // namespace github_stats
