#include "cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

#include "cli/exit_code.h"

namespace github_stats {
namespace {

sigset_t handled_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

InterruptHandler::InterruptHandler() {
  const sigset_t signals = handled_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  thread_ = std::thread([this] { wait_for_signals(); });
}

InterruptHandler::~InterruptHandler() {
  closing_ = true;
  pthread_kill(thread_.native_handle(), SIGINT);  // blocked there: it only wakes sigwait
  thread_.join();
  const sigset_t signals = handled_signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

void InterruptHandler::wait_for_signals() {
  const sigset_t signals = handled_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && !closing_) {
    if (!stop_.request_stop()) {
      _exit(kExitInterrupted);
    }
  }
}

}  // namespace github_stats
