#include "warehouse/warehouse.h"

#include <numeric>

namespace github_stats {

int64_t StreamCounts::total() const {
  return std::accumulate(rows.begin(), rows.end(), int64_t{0});
}

StreamCounts& StreamCounts::operator+=(const StreamCounts& other) {
  for (const Stream stream : kStreams) {
    (*this)[stream] += other[stream];
  }
  return *this;
}

}  // namespace github_stats
