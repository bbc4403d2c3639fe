// The gzip format (RFC 1952), over zlib.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace github_stats {

// One member that holds `bytes`. The same bytes always give the same result, wherever and whenever:
// no time, no name, no operating system is in it. Fails with internal when memory is short.
Result<std::string> gzip(std::string_view bytes);

// What all members in `bytes` hold, one after the other. Fails with data_loss, and the reason, when
// that is not gzip, is cut short or damaged, when something follows it, or when more than
// `most_bytes` come out: a few bytes can unfold to any size.
Result<std::string> gunzip(std::string_view bytes, size_t most_bytes);

}  // namespace github_stats
