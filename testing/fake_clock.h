// A Clock that a test drives: time moves only by advance, by jump, or by a sleep, which takes no
// time at all. May be used from several threads; sleeps at the same time then add up.
#pragma once

#include <functional>
#include <mutex>
#include <stop_token>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace github_stats {

class FakeClock : public Clock {
 public:
  // 2026-01-31T12:00:00Z unless told otherwise.
  FakeClock() : FakeClock(Time(std::chrono::seconds(1'769'860'800))) {}
  explicit FakeClock(Time start) : now_(start) {}

  Time now() override {
    const std::lock_guard guard(mutex_);
    return now_;
  }

  Duration elapsed() override {
    const std::lock_guard guard(mutex_);
    return elapsed_;
  }

  // Returns at once: false and without moving the time when `stop` is requested before, or by the
  // on_sleep callback.
  bool sleep_for(Duration duration, std::stop_token stop) override {
    std::function<void(Duration)> callback;
    {
      const std::lock_guard guard(mutex_);
      sleeps_.push_back(duration);
      callback = on_sleep_;
    }
    if (callback) {
      callback(duration);
    }
    if (stop.stop_requested()) {
      return false;
    }
    advance(duration);
    return true;
  }

  // Lets `duration` pass.
  void advance(Duration duration) {
    const std::lock_guard guard(mutex_);
    now_ += duration;
    elapsed_ += duration;
  }

  // Sets the wall clock by so much, forth or back, as a time server or a person may.
  void jump(Duration difference) {
    const std::lock_guard guard(mutex_);
    now_ += difference;
  }

  // Every duration that was slept, those cut short included.
  std::vector<Duration> sleeps() const {
    const std::lock_guard guard(mutex_);
    return sleeps_;
  }

  // Calls `callback` at the start of each sleep, on the sleeping thread.
  void on_sleep(std::function<void(Duration)> callback) {
    const std::lock_guard guard(mutex_);
    on_sleep_ = std::move(callback);
  }

 private:
  mutable std::mutex mutex_;
  Time now_;
  Duration elapsed_{0};
  std::vector<Duration> sleeps_;
  std::function<void(Duration)> on_sleep_;
};

}  // namespace github_stats
