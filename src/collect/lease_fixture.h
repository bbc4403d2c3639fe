// What tests of the lease share: a store that several processes use, each with a clock of its own
// that may be set wrong, and processes that live as long as the test says.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "base/log.h"
#include "collect/lease.h"
#include "collect/lease_taking.h"
#include "store/keys.h"
#include "testing/fake_clock.h"
#include "testing/memory_store.h"

namespace github_stats {

inline ProcessIdentity process_on(const std::string& machine, int64_t id) {
  return {.host = "host-of-" + machine, .machine = machine, .id = id, .started = id * 10};
}

class LeaseTest : public testing::Test {
 protected:
  void SetUp() override {
    configure_logging({.sink = [this](std::string_view line) { log_ += line; }});
    ASSERT_TRUE(store_.init());
  }
  void TearDown() override { configure_logging({}); }

  LeaseRequest request(const ProcessIdentity& process) {
    return {.org = "Acme",
            .command = "backfill",
            .process = process,
            .probe = [this](const ProcessIdentity& asked) {
              const auto found = states_.find(asked.id);
              return found == states_.end() ? ProcessState::kRunning : found->second;
            }};
  }

  Result<TakenLease> take(const ProcessIdentity& process, Clock& clock) {
    return take_lease(store_, clock, request(process), stop_.get_token());
  }
  Result<TakenLease> take(const ProcessIdentity& process) { return take(process, clock_); }

  Lease hold(const ProcessIdentity& process) {
    auto taken = take(process);
    EXPECT_TRUE(taken) << taken.error().describe();
    return {store_, clock_, "Acme", *std::move(taken)};
  }

  // Once `process` has waited so long, `then` happens; it waits on that long at most.
  Result<TakenLease> take_and_meanwhile(const ProcessIdentity& process, FakeClock& clock,
                                        Duration after, const std::function<void()>& then) {
    const Duration begun = clock.elapsed();
    bool has_happened = false;
    clock.on_sleep([&, after](Duration) {
      if (!has_happened && clock.elapsed() - begun >= after) {
        has_happened = true;
        then();
      }
    });
    auto taken = take(process, clock);
    clock.on_sleep({});
    EXPECT_TRUE(has_happened);
    return taken;
  }

  std::optional<LeaseDocument> stored() {
    const auto objects = store_.objects();
    const auto found = objects.find(kKey);
    return found == objects.end() ? std::nullopt : std::optional(*decode_lease(found->second));
  }

  static void expect_held(const Result<TakenLease>& taken, std::string_view holder) {
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, ErrorCode::kPreconditionFailed);
    EXPECT_NE(taken.error().message.find("another collector is at work on Acme"),
              std::string::npos);
    EXPECT_NE(taken.error().message.find(holder), std::string::npos) << taken.error().message;
    EXPECT_EQ(taken.error().remedy, "wait for it, or end it");
  }

  static StoreFault outage() { return {{ErrorCode::kUnavailable, "out of order", ""}}; }
  static StoreFault lost_answer() { return {{ErrorCode::kUnavailable, "no answer", ""}, true}; }

  static constexpr const char* kKey = "acme/_checkpoints/lease.json";
  FakeClock clock_;
  MemoryStore store_;
  std::map<int64_t, ProcessState> states_;  // by process; running unless told otherwise
  std::stop_source stop_;
  std::string log_;
};

}  // namespace github_stats
