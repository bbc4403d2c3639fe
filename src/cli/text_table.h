// A table for a terminal: columns aligned, numbers to the right.
#pragma once

#include <string>
#include <vector>

namespace github_stats {

class TextTable {
 public:
  // The first column is aligned left, the others right.
  explicit TextTable(std::vector<std::string> heading) { rows_.push_back(std::move(heading)); }

  // As many cells as the heading has. Text from outside is made harmless for a terminal.
  void add(std::vector<std::string> cells);

  // A line drawn before the next row.
  void rule() { rules_.push_back(rows_.size()); }

  // All lines, each ended by a newline.
  std::string render() const;

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<size_t> rules_;
};

}  // namespace github_stats
