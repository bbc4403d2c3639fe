// A set of numbers that mostly follow each other, kept as ranges: a million numbers without a gap
// take the room of one range.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace github_stats {

class IntervalSet {
 public:
  // Numbers from `first` to `last`, both included.
  struct Interval {
    int64_t first = 0;
    int64_t last = 0;

    bool operator==(const Interval&) const = default;
  };

  void add(int64_t number) { add(number, number); }
  // first <= last. Fast when ranges come in ascending order, or in few ascending runs.
  void add(int64_t first, int64_t last);

  bool contains(int64_t number) const;
  bool empty() const { return intervals_.empty(); }
  int64_t size() const;  // numbers

  // Ascending, with a gap between each two.
  const std::vector<Interval>& intervals() const { return intervals_; }

  bool operator==(const IntervalSet&) const = default;

 private:
  std::vector<Interval> intervals_;
};

}  // namespace github_stats
