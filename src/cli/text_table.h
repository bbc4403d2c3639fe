// A table for a terminal: columns aligned, numbers to the right.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace github_stats {

enum class Align { kLeft, kRight };

class TextTable {
 public:
  // The first column is aligned left, the others right.
  explicit TextTable(std::vector<std::string> heading);

  // Columns that `columns` does not tell of are aligned right.
  TextTable(std::vector<std::string> heading, std::vector<Align> columns);

  // As many cells as the heading has. Text from outside is made harmless for a terminal.
  void add(std::vector<std::string> cells);

  // A line drawn before the next row.
  void rule() { rules_.push_back(rows_.size()); }

  // Cuts the longest texts (what is aligned left) so that a line takes no more than so many columns
  // of a terminal. Numbers are never cut, and of a text a few characters always stay.
  void fit(size_t columns);

  // All lines, each ended by a newline.
  std::string render() const;

 private:
  // What each column takes.
  std::vector<size_t> widths() const;
  size_t line_width(const std::vector<size_t>& widths, size_t longest_text) const;

  std::vector<Align> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> rules_;
};

}  // namespace github_stats
