// Reading chunks, compressed or not, for those who want to know how much is in them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace github_stats {

// The rows in a chunk's bytes. They may be gzip whatever the chunk is called: a store may unpack
// what it gives out. data_loss when the compression is broken.
Result<int64_t> rows_in_chunk(std::string_view bytes);

}  // namespace github_stats
