#include "cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace github_stats {
namespace {

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

InterruptHandler::InterruptHandler(InterruptOptions options) : options_(std::move(options)) {
  const sigset_t signals = handled_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::thread([this] { wait_for_signals(); });
}

InterruptHandler::~InterruptHandler() {
  closing_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);  // blocked there: it only wakes the wait
  thread_.join();
  const sigset_t signals = handled_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

sigset_t InterruptHandler::handled_signals() const {
  sigset_t signals = stop_signals();
  if (options_.on_hangup) {
    sigaddset(&signals, SIGHUP);
  }
  return signals;
}

void InterruptHandler::wait_for_signals() {
  const sigset_t signals = handled_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && !closing_) {
    if (signal == SIGHUP) {
      options_.on_hangup();
    } else if (!stop_.request_stop()) {
      _exit(options_.exit_code);
    } else if (options_.grace.count() > 0) {
      end_after_grace();
      return;
    }
  }
}

void InterruptHandler::end_after_grace() const {
  const sigset_t signals = stop_signals();
  const timespec grace{options_.grace.count(), 0};
  // A second signal ends the process, as the end of the time does.
  while (sigtimedwait(&signals, nullptr, &grace) < 0 && errno == EINTR) {
  }
  if (!closing_) {
    _exit(options_.exit_code);
  }
}

}  // namespace github_stats
