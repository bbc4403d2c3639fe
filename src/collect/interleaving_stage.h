// A stage on which simulated processes run one at a time, with one seed deciding everything: the
// one whose turn it is goes on until, at some call of the store, it falls asleep (before or after
// the call's effect), dies, or ends; then it is another's turn. Nothing sleeps: time moves only
// here.
//
// A process may have two threads, those of a collection with one worker. Its main thread sleeps in
// the clock but for the ticks that the worker's store calls grant it, so only one of them runs.
#pragma once

#include <fmt/format.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "collect/lease.h"
#include "collect/lease_process.h"
#include "store/keys.h"
#include "store/object_store.h"

namespace github_stats {

class Stage;

class StageProcess : public Clock {
 public:
  StageProcess(Stage& stage, size_t number, ProcessIdentity who, Duration clock_error)
      : identity(std::move(who)), stage_(stage), number_(number), clock_error_(clock_error) {}

  Time now() override;
  Duration elapsed() override;
  bool sleep_for(Duration duration, std::stop_token stop) override;

  const ProcessIdentity identity;
  ProcessState state = ProcessState::kRunning;
  bool is_collecting = false;  // its main thread's sleeps are a collection's ticks
  Lease* lease = nullptr;      // renewed in time, as long as the process is awake
  Duration renewed_at{0};

  bool is_dead() const { return state == ProcessState::kGone; }
  bool is_main_thread() const { return std::this_thread::get_id() == main_thread_; }

 private:
  friend class Stage;

  Stage& stage_;
  const size_t number_;
  const Duration clock_error_;  // of the wall clock
  Duration suspended_{0};       // time that passed without its steady clock
  std::thread::id main_thread_;
  bool is_at_point_ = false;
  bool is_ended_ = false;
  bool is_parked_ = false;  // the main thread, until the next tick
  bool is_ticking_ = false;
  int points_left_ = 0;  // of its turn
};

class Stage {
 public:
  explicit Stage(uint32_t seed) : random_(seed) {}

  // Who sleeps sleeps long, and mostly without knowing it, as a machine that was suspended.
  bool is_duel = false;
  // Told the time whenever it moves.
  std::function<void(Time)> on_time;
  std::string story;  // for a failure's message

  StageProcess& add(std::string machine, Duration clock_error) {
    const auto number = static_cast<int64_t>(processes_.size());
    processes_.push_back(std::make_unique<StageProcess>(
        *this, processes_.size(),
        ProcessIdentity{"host", std::move(machine), 100 + number, 1'000 + number}, clock_error));
    return *processes_.back();
  }

  // Runs `live` of each process to its end.
  void run(const std::function<void(StageProcess&)>& live) {
    std::vector<std::jthread> threads;
    turn_ = static_cast<size_t>(below(static_cast<int>(processes_.size())));
    begin_turn(*processes_[turn_]);
    for (const auto& process : processes_) {
      threads.emplace_back([this, &live, &process = *process] {
        process.main_thread_ = std::this_thread::get_id();
        wait_for_turn(process);
        live(process);
        end(process);
      });
    }
  }

  int below(int bound) { return std::uniform_int_distribution(0, bound - 1)(random_); }
  Time now() const { return now_; }

  void pass(Duration duration) {
    now_ += duration;
    on_time(now_);
  }

  ProcessState state_of(const ProcessIdentity& identity) const {
    for (const auto& process : processes_) {
      if (process->identity == identity) {
        return process->is_ended_ ? ProcessState::kGone : process->state;
      }
    }
    return ProcessState::kGone;
  }

  // A place where the process may fall asleep or die. `where` is for the story. `may_tick`: nothing
  // is held there that the main thread could wait for.
  void point(StageProcess& process, const std::string& where, bool may_tick) {
    if (process.is_dead() || std::exchange(process.is_at_point_, true)) {
      return;
    }
    pass(std::chrono::milliseconds(below(1'000)));
    // Who asks for the lease holds it against the process's other threads.
    const bool is_lease = where.ends_with(lease_key("acme"));
    if (!is_lease) {
      renew_if_due(process);
    }
    if (may_tick && !is_lease && !process.is_main_thread() && below(3) == 0) {
      tick(process);
    }
    // Where few come by and much may go wrong, and where little happens.
    const bool is_rare = where.find("remove Acme") != std::string::npos ||
                         where.find("watermarks") != std::string::npos;
    const bool is_dull = where.find("put Acme") == std::string::npos;
    process.points_left_ -= is_dull && below(4) != 0 ? 0 : 1;
    if (!process.is_dead() && (process.points_left_ <= 0 || (is_rare && below(4) == 0))) {
      leave_off(process, where);
    }
    process.is_at_point_ = false;
  }

  // The main thread's write of the checkpoint has failed: it does not come back for another tick.
  void leave(StageProcess& process) {
    const std::lock_guard lock(mutex_);
    process.is_ticking_ = false;
    changed_.notify_all();
  }

 private:
  friend class StageProcess;

  StageProcess* other_than(const StageProcess& process) {
    for (const auto& other : processes_) {
      if (other.get() != &process && !other->is_ended_) {
        return other.get();
      }
    }
    return nullptr;
  }

  void begin_turn(StageProcess& process) {
    process.points_left_ = below(5) == 0 ? 1'000'000 : below(2) == 0 ? 1 + below(8) : 1 + below(50);
  }

  void wait_for_turn(const StageProcess& process) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turn_ == process.number_; });
  }

  void give_turn_to(StageProcess& process) {
    const std::lock_guard lock(mutex_);
    begin_turn(process);
    turn_ = process.number_;
    changed_.notify_all();
  }

  void end(StageProcess& process) {
    process.is_ended_ = true;
    if (StageProcess* other = other_than(process)) {
      give_turn_to(*other);
    }
  }

  void leave_off(StageProcess& process, const std::string& where) {
    StageProcess* other = other_than(process);
    if (other == nullptr) {
      return begin_turn(process);
    }
    const std::string who = fmt::format("{} {}", process.identity.id, where);
    if (below(10) == 0) {
      story += fmt::format("{} dies at {}\n", format_time(now_), who);
      process.state = ProcessState::kGone;
      return;
    }
    const bool is_long = is_duel || below(4) != 0;
    const bool is_suspended = is_long && below(4) < (is_duel ? 3 : 1);
    story += fmt::format("{} pause{}{} at {}\n", format_time(now_), is_long ? ", long" : "",
                         is_suspended ? ", suspended" : "", who);
    const Time slept_at = now_;
    process.state = is_long ? ProcessState::kStopped : ProcessState::kRunning;
    pass(std::chrono::seconds(is_long ? 61 + below(100) : below(15)));
    give_turn_to(*other);
    wait_for_turn(process);
    process.state = ProcessState::kRunning;
    if (is_suspended) {
      process.suspended_ += now_ - slept_at;
    }
    story += fmt::format("{} goes on at {}\n", format_time(now_), who);
    if (!where.ends_with(lease_key("acme")) && below(2) == 0) {
      renew_if_due(process);  // else the thread that pauses is faster than the one that renews
    }
  }

  void renew_if_due(StageProcess& process) {
    if (process.lease != nullptr && process.elapsed() - process.renewed_at >= kLeaseRenewal) {
      process.renewed_at = process.elapsed();
      (void)process.lease->renew();
    }
  }

  // Lets the main thread do once what it does every now and then, and waits for it.
  void tick(StageProcess& process) {
    std::unique_lock lock(mutex_);
    if (!process.is_collecting) {
      return;
    }
    changed_.wait(lock, [&] { return process.is_parked_ || !process.is_collecting; });
    if (!process.is_parked_) {
      return;
    }
    process.is_at_point_ = false;  // what it does has points, too
    process.is_parked_ = false;
    process.is_ticking_ = true;
    changed_.notify_all();
    changed_.wait(lock, [&] { return process.is_parked_ || !process.is_ticking_; });
    if (!process.is_parked_) {
      process.is_collecting = false;  // it waits for the worker's end
    }
    process.is_ticking_ = false;
    process.is_at_point_ = true;
  }

  // The main thread of a collection until the next tick; false when `stop` ends that.
  bool wait_for_tick(StageProcess& process, std::stop_token stop) {
    std::unique_lock lock(mutex_);
    process.is_parked_ = true;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return !process.is_parked_; });
    process.is_parked_ = false;
    return !stop.stop_requested();
  }

  void sleep(StageProcess& process, Duration duration) {
    pass(duration);
    point(process, "while it waits for the lease", false);
  }

  std::mt19937 random_;
  Time now_ = Time(std::chrono::seconds(1'769'860'800));
  std::vector<std::unique_ptr<StageProcess>> processes_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  size_t turn_ = 0;
};

inline Time StageProcess::now() { return stage_.now() + clock_error_; }

inline Duration StageProcess::elapsed() { return stage_.now().time_since_epoch() - suspended_; }

inline bool StageProcess::sleep_for(Duration duration, std::stop_token stop) {
  if (is_collecting && is_main_thread()) {
    return stage_.wait_for_tick(*this, stop);
  }
  stage_.sleep(*this, duration);
  return !stop.stop_requested();
}

// A process's way to a store, with points before and after each call. A dead process's calls come
// to nothing.
class PausingStore : public ObjectStore {
 public:
  // `is_outermost`: no other store is in front of it.
  PausingStore(ObjectStore& store, Stage& stage, StageProcess& process, bool is_outermost)
      : store_(store),
        stage_(stage),
        process_(process),
        is_outermost_(is_outermost),
        place_(is_outermost ? "outside" : "inside") {}

  std::string name() const override { return store_.name(); }
  Status init() override { return store_.init(); }
  Result<Version> put(std::string_view key, std::string_view bytes,
                      const Precondition& precondition) override {
    auto result = between_points(fmt::format("put {}", key),
                                 [&] { return store_.put(key, bytes, precondition); });
    if (!result && is_outermost_ && process_.is_main_thread()) {
      stage_.leave(process_);
    }
    return result;
  }
  Result<Object> get(std::string_view key) override {
    // Of a checkpoint: its keeper lets nobody write meanwhile.
    return between_points(
        fmt::format("get {}", key), [&] { return store_.get(key); }, /*may_tick=*/false);
  }
  Status list(std::string_view prefix,
              const std::function<bool(const ObjectInfo&)>& visit) override {
    return between_points(fmt::format("list {}", prefix),
                          [&] { return store_.list(prefix, visit); });
  }
  Result<std::vector<std::string>> list_folders(std::string_view prefix) override {
    return between_points(fmt::format("list_folders {}", prefix),
                          [&] { return store_.list_folders(prefix); });
  }
  using ObjectStore::remove;
  Status remove(std::string_view key, const Precondition& precondition) override {
    return between_points(fmt::format("remove {}", key),
                          [&] { return store_.remove(key, precondition); });
  }
  std::string location(std::string_view key) const override { return store_.location(key); }

 private:
  template <typename Call>
  std::invoke_result_t<Call> between_points(const std::string& what, const Call& call,
                                            bool may_tick = true) {
    stage_.point(process_, fmt::format("{}: before {}", place_, what), may_tick);
    if (process_.is_dead()) {
      return fail(ErrorCode::kUnavailable, "killed");
    }
    auto result = call();
    stage_.point(process_, fmt::format("{}: after {}", place_, what), may_tick);
    if (process_.is_dead()) {
      return fail(ErrorCode::kUnavailable, "killed");
    }
    return result;
  }

  ObjectStore& store_;
  Stage& stage_;
  StageProcess& process_;
  const bool is_outermost_;
  const std::string place_;  // for the story
};

}  // namespace github_stats
