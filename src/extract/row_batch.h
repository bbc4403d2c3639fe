// Rows on their way from an answer to chunks: encoded once, as the line they will be in a chunk.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.h"

namespace github_stats {

// Encoded rows of one stream: newline-ended JSON objects, one after the other.
class RowLines {
 public:
  // Appends one row, given without its newline.
  void append(std::string_view line) {
    bytes_.append(line);
    end_line();
  }

  // Ends a row whose text the caller appended to bytes().
  void end_line() {
    bytes_.push_back('\n');
    ends_.push_back(bytes_.size());
  }

  std::string& bytes() { return bytes_; }
  size_t rows() const { return ends_.size(); }
  size_t size_in_bytes() const { return bytes_.size(); }

  // Rows [first, first + count) as text, newlines included.
  std::string_view lines(size_t first, size_t count) const {
    const size_t begin = first == 0 ? 0 : ends_[first - 1];
    const size_t end = count == 0 ? begin : ends_[first + count - 1];
    return std::string_view(bytes_).substr(begin, end - begin);
  }

  void append_all(const RowLines& other) {
    const size_t shift = bytes_.size();
    bytes_.append(other.bytes_);
    for (const size_t end : other.ends_) {
      ends_.push_back(shift + end);
    }
  }

  // Removes the first `count` rows.
  void drop_front(size_t count) {
    if (count == 0) {
      return;
    }
    const size_t cut = ends_[count - 1];
    bytes_.erase(0, cut);
    ends_.erase(ends_.begin(), ends_.begin() + static_cast<std::ptrdiff_t>(count));
    for (size_t& end : ends_) {
      end -= cut;
    }
  }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;
};

// A pull request of which not everything came: it has other counts of rows than GitHub says it has,
// or GitHub could not give some part of it.
struct OwedPullRequest {
  int64_t number = 0;
  std::string id;  // node id; may be empty in what an earlier version wrote
  std::string reason;

  bool operator==(const OwedPullRequest&) const = default;
};

// Whole pull requests: their rows and all rows that belong to them. What workers hand on.
struct RowBatch {
  std::array<RowLines, kStreams.size()> streams;
  std::vector<int64_t> numbers;       // of the pull requests
  int64_t vanished = 0;               // asked for, but GitHub has them no more
  std::vector<OwedPullRequest> owed;  // those of `numbers` that lack something, and others

  int64_t pull_requests() const { return static_cast<int64_t>(numbers.size()); }
  void append_all(const RowBatch& other) {
    for (size_t i = 0; i < streams.size(); ++i) {
      streams[i].append_all(other.streams[i]);
    }
    numbers.insert(numbers.end(), other.numbers.begin(), other.numbers.end());
    vanished += other.vanished;
    owed.insert(owed.end(), other.owed.begin(), other.owed.end());
  }
  RowLines& operator[](Stream stream) { return streams[static_cast<size_t>(stream)]; }
  const RowLines& operator[](Stream stream) const { return streams[static_cast<size_t>(stream)]; }
};

}  // namespace github_stats
