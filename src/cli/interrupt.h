// Signals that tell the program what to do.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <stop_token>
#include <thread>

#include "cli/exit_code.h"

namespace github_stats {

struct InterruptOptions {
  // What the process ends with when it is ended at once.
  int exit_code = kExitInterrupted;
  // How long what is in hand may take after a stop was requested, before the process is ended; 0:
  // as long as it takes. Whatever is written bears that at any moment.
  std::chrono::seconds grace{0};
  // Called for each SIGHUP, on a thread of its own; none: it ends the process, as usual.
  std::function<void()> on_hangup = nullptr;
};

// While it lives, the first SIGINT or SIGTERM requests a stop, and a second one ends the process at
// once. Create it before other threads, which then leave signals to it; one at a time.
class InterruptHandler {
 public:
  explicit InterruptHandler(InterruptOptions options = {});
  ~InterruptHandler();
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

  std::stop_token token() const { return stop_.get_token(); }

 private:
  sigset_t handled_signals() const;
  void wait_for_signals();
  void end_after_grace() const;

  const InterruptOptions options_;
  std::stop_source stop_;
  std::atomic<bool> closing_ = false;
  std::thread thread_;
};

}  // namespace github_stats
