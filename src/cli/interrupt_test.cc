#include "cli/interrupt.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <future>

namespace github_stats {
namespace {

// Signals go to the process, as a service manager sends them.
void send(int signal) { kill(getpid(), signal); }

// Work that heeds nothing.
[[noreturn]] void hang() {
  for (;;) {
    pause();
  }
}

void wait_for(const std::stop_token& stop) {
  std::promise<void> stopped;
  const std::stop_callback callback(stop, [&] { stopped.set_value(); });
  stopped.get_future().wait();
}

class InterruptTest : public testing::Test {
 protected:
  // Each death is one of a process of its own, without the other tests' threads.
  InterruptTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(InterruptTest, ASignalRequestsAStop) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const InterruptHandler handler;
    EXPECT_FALSE(handler.token().stop_requested());
    send(signal);
    wait_for(handler.token());
  }
}

TEST_F(InterruptTest, ASignalWithinItsGraceRequestsAStopToo) {
  const InterruptHandler handler({.grace = std::chrono::hours(1)});
  send(SIGTERM);
  wait_for(handler.token());
}

TEST_F(InterruptTest, ASecondSignalEndsTheProcess) {
  for (const auto grace : {std::chrono::seconds(0), std::chrono::seconds(3600)}) {
    EXPECT_EXIT(
        {
          const InterruptHandler handler({.exit_code = 77, .grace = grace});
          send(SIGTERM);
          wait_for(handler.token());
          send(SIGTERM);
          hang();
        },
        testing::ExitedWithCode(77), "");
  }
}

TEST_F(InterruptTest, TheEndOfTheGraceEndsTheProcess) {
  EXPECT_EXIT(
      {
        const InterruptHandler handler({.exit_code = 0, .grace = std::chrono::seconds(1)});
        send(SIGTERM);
        hang();
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(InterruptTest, AHangupIsToldAndStopsNothing) {
  std::promise<void> told;
  const InterruptHandler handler({.on_hangup = [&] { told.set_value(); }});
  send(SIGHUP);
  told.get_future().wait();
  EXPECT_FALSE(handler.token().stop_requested());
}

TEST_F(InterruptTest, AHangupEndsTheProcessWhereNobodyIsTold) {
  EXPECT_EXIT(
      {
        const InterruptHandler handler;
        send(SIGHUP);
        hang();
      },
      testing::KilledBySignal(SIGHUP), "");
}

}  // namespace
}  // namespace github_stats
