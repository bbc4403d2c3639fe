// Many small calls of a store at once.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "base/result.h"

namespace github_stats {

// Calls `work` with each number below `count`, on at most `workers` threads at once, and waits for
// them. After a failure, or when `stop` is requested, nothing more is begun. Gives the first
// failure, or cancelled when something was left because of `stop`.
Status in_parallel(size_t count, size_t workers, const std::stop_token& stop,
                   const std::function<Status(size_t)>& work);

}  // namespace github_stats
