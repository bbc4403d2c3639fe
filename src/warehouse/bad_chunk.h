// What a warehouse says of a chunk that it can't load.
#pragma once

#include <fmt/format.h>

#include <string_view>

#include "base/result.h"

namespace github_stats {

// data_loss, naming the chunk's key. The reason must hold nothing of its content.
inline tl::unexpected<Error> bad_chunk(std::string_view key, std::string_view reason) {
  return fail(ErrorCode::kDataLoss, fmt::format("chunk {}: {}", key, reason),
              "remove the chunk and collect its repository again");
}

}  // namespace github_stats
