#include "collect/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace github_stats {

Status in_parallel(size_t count, size_t workers, const std::stop_token& stop,
                   const std::function<Status(size_t)>& work) {
  std::atomic<size_t> next = 0;
  std::atomic<bool> failed = false;
  std::atomic<bool> stopped = false;
  std::mutex mutex;
  Status first_failure;  // guarded by mutex
  const auto run = [&] {
    while (!failed) {
      const size_t number = next++;
      if (number >= count) {
        return;
      }
      if (stop.stop_requested()) {
        stopped = true;
        return;
      }
      if (Status status = work(number); !status) {
        const std::lock_guard lock(mutex);
        if (!failed.exchange(true)) {
          first_failure = std::move(status);
        }
      }
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < std::min(workers, count); ++i) {
      threads.emplace_back(run);
    }
    run();
  }
  if (!failed && stopped) {
    return fail(ErrorCode::kCancelled, "told to stop");
  }
  return first_failure;
}

}  // namespace github_stats
