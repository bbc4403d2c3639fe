// SIGINT and SIGTERM as a stop token.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace github_stats {

// While it lives, the first SIGINT or SIGTERM requests a stop, and a second one ends the process
// with exit code 130 at once. Create it before other threads, which then leave signals to it.
class InterruptHandler {
 public:
  InterruptHandler();
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  void wait_for_signals();

  std::stop_source stop_;
  std::atomic<bool> closing_ = false;
  std::thread thread_;
};

}  // namespace github_stats
