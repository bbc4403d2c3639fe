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

Status Warehouse::for_each_row(std::string_view sql,
                               const std::function<void(const QueryRow&)>& on_row) {
  ASSIGN_OR_RETURN(const QueryResult result, query(sql));
  for (const QueryRow& row : result.rows) {
    on_row(row);
  }
  return {};
}

}  // namespace github_stats
