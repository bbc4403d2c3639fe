#include "collect/lease.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <semaphore>

#include "collect/lease_fixture.h"
#include "collect/lease_keeper.h"
#include "collect/leased_store.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const ProcessIdentity kOne = process_on("m1", 1);
const ProcessIdentity kOther = process_on("m2", 3);

// The fixture is called after what it tests.
class HeldLease : public LeaseTest {
 protected:
  static void expect_lost(const Status& status, std::string_view why) {
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kPreconditionFailed);
    EXPECT_TRUE(status.error().general);
    EXPECT_THAT(status.error().message, HasSubstr("lost the lease of Acme"));
    EXPECT_THAT(status.error().message, HasSubstr(std::string(why)));
  }
};

TEST_F(HeldLease, IsRenewedWithNewTimes) {
  Lease lease = hold(kOne);
  const auto first = stored();
  clock_.advance(20s);
  ASSERT_TRUE(lease.renew());
  const auto renewed = stored();
  EXPECT_EQ(renewed->taken_at, first->taken_at);
  EXPECT_EQ(renewed->renewed_at, first->renewed_at + 20s);
  EXPECT_EQ(renewed->expires_at, first->expires_at + 20s);
  EXPECT_EQ(renewed->holder, first->holder);
  EXPECT_EQ(renewed->term, 1);
}

TEST_F(HeldLease, AllowsWritingUntilShortlyBeforeItsEnd) {
  Lease lease = hold(kOne);
  clock_.advance(49s);
  EXPECT_TRUE(lease.check());
  ASSERT_TRUE(lease.renew());
  clock_.advance(49s);
  EXPECT_TRUE(lease.check());
  clock_.advance(1s);
  expect_lost(lease.check(), "not renewed for 50 s");
}

TEST_F(HeldLease, IsNotFooledByTheWallClock) {
  Lease lease = hold(kOne);
  clock_.jump(5h);
  EXPECT_TRUE(lease.check());
  clock_.jump(-10h);
  clock_.advance(50s);
  EXPECT_FALSE(lease.check());
}

TEST_F(HeldLease, CountsFromBeforeARenewalWasSent) {
  Lease lease = hold(kOne);
  store_.intercept([&](StoreCall, std::string_view) -> std::optional<StoreFault> {
    clock_.advance(45s);  // the request takes its time
    return std::nullopt;
  });
  ASSERT_TRUE(lease.renew());
  EXPECT_TRUE(lease.check());
  clock_.advance(5s);
  EXPECT_FALSE(lease.check()) << "others may have counted from when it was written";
}

TEST_F(HeldLease, TakingCountsFromBeforeItWasSentToo) {
  store_.intercept([&](StoreCall call, std::string_view) -> std::optional<StoreFault> {
    if (call == StoreCall::kPut) {
      clock_.advance(50s);
    }
    return std::nullopt;
  });
  EXPECT_FALSE(hold(kOne).check());
}

// Nobody has taken it, and now nobody can.
TEST_F(HeldLease, MayBeRenewedLate) {
  Lease lease = hold(kOne);
  clock_.advance(10min);
  EXPECT_FALSE(lease.check());
  ASSERT_TRUE(lease.renew());
  EXPECT_TRUE(lease.check());
}

TEST_F(HeldLease, IsLostToWhoTookIt) {
  Lease lease = hold(kOne);
  clock_.advance(1h);
  ASSERT_TRUE(take(kOther));
  expect_lost(lease.renew(), "process 3 on host-of-m2");
  expect_lost(lease.check(), "process 3 on host-of-m2");
  const auto before = stored();
  EXPECT_FALSE(lease.renew()) << "for good";
  EXPECT_TRUE(lease.release());
  EXPECT_EQ(stored(), before) << "the other's stays";
}

TEST_F(HeldLease, ThatItIsLostMayShowOnlyWhenItIsGivenUp) {
  Lease lease = hold(kOne);
  clock_.advance(1h);
  const auto others = take(kOther);
  ASSERT_TRUE(others);
  EXPECT_TRUE(lease.release());
  EXPECT_EQ(stored(), others->document);
  expect_lost(lease.check(), "process 3 on host-of-m2");
}

TEST_F(HeldLease, IsLostWhenSomebodyRemovesOrOverwritesIt) {
  Lease removed = hold(kOne);
  ASSERT_TRUE(store_.remove(kKey));
  expect_lost(removed.renew(), "removed");
  Lease overwritten = hold(kOne);
  ASSERT_TRUE(store_.put(kKey, "x", Precondition::none()));
  expect_lost(overwritten.renew(), "overwritten");
  EXPECT_FALSE(overwritten.check());
}

TEST_F(HeldLease, LostAnswersAreNoLoss) {
  Lease lease = hold(kOne);
  for (int i = 0; i < 5; ++i) {
    clock_.advance(20s);
    store_.fail_next(StoreCall::kPut, lost_answer());
    const Status renewed = lease.renew();
    ASSERT_FALSE(renewed);
    EXPECT_EQ(renewed.error().code, ErrorCode::kUnavailable) << "to be tried again";
    clock_.advance(2s);
    ASSERT_TRUE(lease.renew()) << "it found its own writing";
    EXPECT_EQ(stored()->renewed_at, clock_.now());
    EXPECT_TRUE(lease.check());
  }
  store_.fail_next(StoreCall::kPut, lost_answer());
  EXPECT_FALSE(lease.renew());
  EXPECT_TRUE(lease.release());
  EXPECT_FALSE(stored());
}

// As a store answers that repeats a request by itself.
TEST_F(HeldLease, AnAnswerToARepeatedRequestIsNoLoss) {
  Lease lease = hold(kOne);
  store_.fail_next(StoreCall::kPut, {{ErrorCode::kPreconditionFailed, "it has changed", ""}, true});
  EXPECT_TRUE(lease.renew());
  EXPECT_TRUE(lease.check());
}

TEST_F(HeldLease, TroubleIsBorneUntilItsEnd) {
  Lease lease = hold(kOne);
  for (const auto call : {StoreCall::kPut, StoreCall::kGet}) {
    store_.fail_next(call, outage(), 1000);
  }
  for (int i = 0; i < 5; ++i) {
    clock_.advance(10s);
    const Status renewed = lease.renew();
    ASSERT_FALSE(renewed);
    EXPECT_EQ(renewed.error().code, ErrorCode::kUnavailable);
  }
  clock_.advance(10s);
  expect_lost(lease.renew(), "out of order");
  store_.fail_next(StoreCall::kPut, outage(), 0);
  EXPECT_FALSE(lease.renew());
}

TEST_F(HeldLease, GivesItselfUp) {
  Lease lease = hold(kOne);
  ASSERT_TRUE(lease.release());
  EXPECT_FALSE(stored());
  EXPECT_FALSE(lease.check());
  EXPECT_FALSE(lease.renew());
  ASSERT_TRUE(take(kOther));
  EXPECT_TRUE(lease.release());
  EXPECT_EQ(stored()->process, kOther);
}

TEST_F(HeldLease, WhatCannotBeGivenUpIsLeftToExpire) {
  Lease lease = hold(kOne);
  store_.fail_next(StoreCall::kRemove, outage());
  EXPECT_FALSE(lease.release());
  EXPECT_FALSE(lease.check());
  EXPECT_TRUE(stored());
}

class LeasedStoreTest : public HeldLease {
 protected:
  int writes() { return store_.calls(StoreCall::kPut) + store_.calls(StoreCall::kRemove); }

  void expect_reads(ObjectStore& leased) {
    EXPECT_EQ(leased.get("web/1")->bytes, "1");
    EXPECT_EQ(leased.name(), store_.name());
    EXPECT_EQ(leased.location("web/1"), store_.location("web/1"));
    int listed = 0;
    EXPECT_TRUE(leased.list("web/", [&](const ObjectInfo&) { return ++listed > 0; }));
    EXPECT_EQ(listed, 1);
    EXPECT_EQ(*leased.list_folders(""), *store_.list_folders(""));
  }

  void expect_no_writes(ObjectStore& leased, std::string_view why) {
    const auto before = store_.objects();
    const int written = writes();
    const auto put = leased.put("web/1", "2", Precondition::none());
    ASSERT_FALSE(put);
    EXPECT_EQ(put.error().code, ErrorCode::kPreconditionFailed);
    expect_lost(leased.remove("web/1"), why);
    EXPECT_EQ(writes(), written);
    EXPECT_EQ(store_.objects(), before);
    expect_reads(leased);
  }
};

TEST_F(LeasedStoreTest, PassesEverythingOnWhileTheLeaseLasts) {
  Lease lease = hold(kOne);
  LeasedStore leased(store_, lease);
  const auto version = leased.put("web/1", "1", Precondition::absent());
  ASSERT_TRUE(version);
  EXPECT_FALSE(leased.put("web/1", "2", Precondition::absent()));
  expect_reads(leased);
  EXPECT_TRUE(leased.remove("web/1", Precondition::unchanged(*version)));
  EXPECT_FALSE(store_.objects().contains("web/1"));
}

TEST_F(LeasedStoreTest, WritesNothingOnceAnotherHasTheLeaseAndReadsOn) {
  Lease lease = hold(kOne);
  LeasedStore leased(store_, lease);
  ASSERT_TRUE(leased.put("web/1", "1", Precondition::absent()));
  clock_.advance(10min);
  ASSERT_TRUE(take(kOther));
  const auto taken = store_.objects();
  EXPECT_FALSE(leased.put("web/1", "2", Precondition::none()));
  EXPECT_EQ(store_.objects(), taken);
  expect_no_writes(leased, "another process has taken it");
}

TEST_F(LeasedStoreTest, ALateHolderRenewsFirstWhenNobodyHasTakenTheLease) {
  Lease lease = hold(kOne);
  LeasedStore leased(store_, lease);
  for (const Duration asleep : {Duration(50s), Duration(10min), Duration(24h)}) {
    clock_.advance(asleep);
    ASSERT_FALSE(lease.check());
    const int before = writes();
    EXPECT_TRUE(leased.put("web/1", "1", Precondition::none()));
    EXPECT_EQ(writes(), before + 2);
    EXPECT_TRUE(lease.check());
    EXPECT_TRUE(leased.remove("web/1"));
    EXPECT_EQ(writes(), before + 3);
  }
}

TEST_F(LeasedStoreTest, ALateHolderThatCannotRenewWritesNothing) {
  Lease lease = hold(kOne);
  LeasedStore leased(store_, lease);
  ASSERT_TRUE(leased.put("web/1", "1", Precondition::absent()));
  clock_.advance(50s);
  const auto before = store_.objects();
  store_.fail_next(StoreCall::kPut, {{ErrorCode::kUnavailable, "no answer", ""}});
  const auto put = leased.put("web/1", "2", Precondition::none());
  ASSERT_FALSE(put);
  EXPECT_EQ(put.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(store_.objects(), before);
}

TEST_F(LeasedStoreTest, WritesNothingOnceTheLeaseIsGivenUp) {
  Lease lease = hold(kOne);
  LeasedStore leased(store_, lease);
  ASSERT_TRUE(leased.put("web/1", "1", Precondition::absent()));
  ASSERT_TRUE(lease.release());
  expect_no_writes(leased, "given up");
}

// Time passes when the test says so; a sleeper waits for it.
class SteppedClock : public Clock {
 public:
  Time now() override { return Time(std::chrono::seconds(1'769'860'800)) + elapsed(); }
  Duration elapsed() override {
    const std::lock_guard lock(mutex_);
    return elapsed_;
  }
  bool sleep_for(Duration duration, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    const Duration until = elapsed_ + duration;
    wakes_at_ = until;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return elapsed_ >= until; });
    wakes_at_.reset();
    return !stop.stop_requested();
  }

  // Lets time pass for the sleeper up to its end, and waits until it sleeps again. Gives how long
  // it slept.
  Duration step() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return wakes_at_.has_value(); });
    const Duration slept = *wakes_at_ - elapsed_;
    elapsed_ = *wakes_at_;
    wakes_at_.reset();
    changed_.notify_all();
    return slept;
  }
  void wait_for_sleeper() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return wakes_at_.has_value(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  Duration elapsed_{0};
  std::optional<Duration> wakes_at_;
};

class LeaseKeeperTest : public HeldLease {
 protected:
  std::unique_ptr<LeaseKeeper> keep() {
    auto keeper = LeaseKeeper::take(store_, steps_, request(kOne), stop_.get_token());
    EXPECT_TRUE(keeper);
    return *std::move(keeper);
  }

  Duration step() {
    const Duration slept = steps_.step();
    steps_.wait_for_sleeper();
    return slept;
  }

  SteppedClock steps_;
};

TEST_F(LeaseKeeperTest, RenewsEveryTwentySecondsAndGivesUpAtTheEnd) {
  {
    const auto keeper = keep();
    for (int i = 1; i <= 10; ++i) {
      EXPECT_EQ(step(), 20s);
      EXPECT_EQ(stored()->renewed_at, steps_.now());
      EXPECT_TRUE(keeper->lease().check());
    }
    EXPECT_EQ(stored()->taken_at, steps_.now() - 200s);
  }
  EXPECT_FALSE(stored());
}

TEST_F(LeaseKeeperTest, TriesSoonAgainAfterTrouble) {
  const auto keeper = keep();
  store_.fail_next(StoreCall::kPut, outage(), 3);
  EXPECT_EQ(step(), 20s);
  EXPECT_EQ(step(), 2s);
  EXPECT_EQ(step(), 2s);
  EXPECT_EQ(step(), 2s);
  EXPECT_EQ(step(), 20s) << "it is renewed";
  EXPECT_TRUE(keeper->lease().check());
  EXPECT_THAT(log_, HasSubstr("out of order"));
}

TEST_F(LeaseKeeperTest, EndsWhenTheLeaseIsLost) {
  auto keeper = keep();
  auto others = *stored();
  others.holder = "somebody else";
  ASSERT_TRUE(store_.put(kKey, encode_lease(others), Precondition::none()));
  std::binary_semaphore is_reading(0);  // who has it now
  store_.intercept([&](StoreCall call, std::string_view) -> std::optional<StoreFault> {
    if (call == StoreCall::kGet) {
      is_reading.release();
    }
    return std::nullopt;
  });
  EXPECT_EQ(steps_.step(), 20s);
  is_reading.acquire();
  keeper.reset();
  EXPECT_EQ(stored(), others);
  EXPECT_THAT(log_, HasSubstr("lost the lease of Acme"));
}

TEST_F(LeaseKeeperTest, TellsWhenItCannotGiveUp) {
  auto keeper = keep();
  store_.fail_next(StoreCall::kRemove, outage());
  keeper.reset();
  EXPECT_THAT(log_, HasSubstr("expires by itself"));
}

}  // namespace
}  // namespace github_stats
