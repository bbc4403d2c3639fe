// What a run has put into the store so far.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "schema/schema.h"

namespace github_stats {

struct Written {
  std::array<int64_t, kStreams.size()> rows{};  // that are safe: in chunks, and told of
  int64_t chunks = 0;                           // all that were written, and their bytes
  int64_t bytes = 0;

  // Counts what has come to `now` since it was `before`.
  void add_since(const Written& before, const Written& now) {
    for (size_t i = 0; i < rows.size(); ++i) {
      rows[i] += now.rows[i] - before.rows[i];
    }
    chunks += now.chunks - before.chunks;
    bytes += now.bytes - before.bytes;
  }

  bool operator==(const Written&) const = default;
};

}  // namespace github_stats
