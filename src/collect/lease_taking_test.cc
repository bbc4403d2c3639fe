#include "collect/lease_taking.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "collect/lease_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using LeaseTaking = LeaseTest;

const ProcessIdentity kOne = process_on("m1", 1);
const ProcessIdentity kNeighbour = process_on("m1", 2);
const ProcessIdentity kOther = process_on("m2", 3);

TEST(LeaseDocument, GoesThereAndBack) {
  const LeaseDocument lease{"abc",
                            {"build-3", "boot pid:[1]", 4711, 123456789},
                            "backfill",
                            *parse_time("2026-01-31T12:00:00Z"),
                            *parse_time("2026-01-31T12:00:20.000001Z"),
                            *parse_time("2026-01-31T12:01:20.000001Z"),
                            7};
  EXPECT_EQ(decode_lease(encode_lease(lease)), lease);
  EXPECT_EQ(describe_holder(lease),
            "process 4711 on build-3 since 2026-01-31T12:00:00Z (backfill)");
}

TEST(LeaseDocument, RefusesWhatIsNone) {
  for (const std::string_view bytes :
       {"", "{", "{}", "[]", R"({"version":"1"})", R"({"version":1,"holder":3})"}) {
    const auto lease = decode_lease(bytes);
    ASSERT_FALSE(lease) << bytes;
    EXPECT_EQ(lease.error().code, ErrorCode::kDataLoss) << bytes;
  }
}

TEST(LeaseProcess, KnowsItselfToLive) {
  const ProcessIdentity self = this_process();
  EXPECT_EQ(self.id, ::getpid());
  EXPECT_FALSE(self.machine.empty());
  EXPECT_GT(self.started, 0);
  EXPECT_EQ(this_process(), self);
  EXPECT_EQ(state_of(self), ProcessState::kRunning);
}

TEST(LeaseProcess, ANumberThatAnotherProcessHasNowIsGone) {
  ProcessIdentity earlier = this_process();
  earlier.started -= 1;
  EXPECT_EQ(state_of(earlier), ProcessState::kGone);
  earlier.id = int64_t{1} << 40;
  EXPECT_EQ(state_of(earlier), ProcessState::kGone);
}

TEST_F(LeaseTaking, WritesWhoHasItAndUntilWhen) {
  const auto taken = take(kOne);
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(stored(), taken->document);
  EXPECT_EQ(taken->document.process, kOne);
  EXPECT_EQ(taken->document.taken_at, clock_.now());
  EXPECT_EQ(taken->document.renewed_at, clock_.now());
  EXPECT_EQ(taken->document.expires_at, clock_.now() + 60s);
  EXPECT_EQ(taken->document.term, 1);
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(LeaseTaking, RefusesAtOnceWhileAProcessOfThisMachineIsAtWork) {
  ASSERT_TRUE(take(kOne));
  const auto before = store_.objects();
  clock_.advance(59s);
  expect_held(take(kNeighbour), "process 1 on host-of-m1 since 2026-01-31T12:00:00Z (backfill)");
  expect_held(take(kOne), "process 1 ");
  EXPECT_TRUE(clock_.sleeps().empty());
  EXPECT_EQ(store_.objects(), before);
}

TEST_F(LeaseTaking, FollowsAProcessOfThisMachineThatIsGoneAtOnce) {
  const auto first = take(kOne);
  states_[kOne.id] = ProcessState::kGone;
  const auto second = take(kNeighbour);
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_EQ(second->document.term, 2);
  EXPECT_NE(second->document.holder, first->document.holder);
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(LeaseTaking, KnowsNothingOfProcessesElsewhere) {
  ASSERT_TRUE(take(kOther));
  states_[kOther.id] = ProcessState::kGone;
  ASSERT_TRUE(take(kOne));
  EXPECT_GE(clock_.elapsed(), 60s) << "it was watched for as long as a lease lasts";
}

TEST_F(LeaseTaking, AMachineThatCannotBeToldIsAnother) {
  ASSERT_TRUE(take(process_on("", 1)));
  states_[1] = ProcessState::kGone;
  ASSERT_TRUE(take(process_on("", 2)));
  EXPECT_GE(clock_.elapsed(), 60s);
}

TEST_F(LeaseTaking, AStoppedNeighbourIsWatchedNotRefused) {
  ASSERT_TRUE(take(kOne));
  states_[kOne.id] = ProcessState::kStopped;
  ASSERT_TRUE(take(kNeighbour));
  EXPECT_GE(clock_.elapsed(), 60s);
}

TEST_F(LeaseTaking, ANeighbourWhoseLeaseHasRunOutIsWatchedFirst) {
  Lease held = hold(kOne);
  clock_.jump(24h);  // a clock that was set right; the holder is well
  expect_held(take_and_meanwhile(kNeighbour, clock_, 5s, [&] { ASSERT_TRUE(held.renew()); }),
              "process 1 ");
}

TEST_F(LeaseTaking, WaitsOnceInTheLogAndTakesWhatNobodyRenews) {
  ASSERT_TRUE(take(kOther));
  const auto taken = take(kOne);
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(taken->document.term, 2);
  EXPECT_EQ(stored(), taken->document);
  EXPECT_GE(clock_.elapsed(), 60s);
  EXPECT_LT(clock_.elapsed(), 65s);
  EXPECT_THAT(log_, HasSubstr("process 3 on host-of-m2"));
  EXPECT_EQ(std::ranges::count(log_, '\n'), 1) << log_;
}

TEST_F(LeaseTaking, RefusesAsSoonAsTheLeaseIsSeenToBeRenewed) {
  Lease held = hold(kOther);
  expect_held(take_and_meanwhile(kOne, clock_, 19s, [&] { ASSERT_TRUE(held.renew()); }),
              "process 3 on host-of-m2");
  EXPECT_LT(clock_.elapsed(), 25s);
}

TEST_F(LeaseTaking, TakesALeaseThatIsGivenUpMeanwhile) {
  Lease held = hold(kOther);
  const auto taken = take_and_meanwhile(kOne, clock_, 19s, [&] { ASSERT_TRUE(held.release()); });
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_LT(clock_.elapsed(), 25s);
}

TEST_F(LeaseTaking, ANeighbourThatDiesMeanwhileIsFollowedAtOnce) {
  ASSERT_TRUE(take(kOne));
  states_[kOne.id] = ProcessState::kStopped;
  const auto taken =
      take_and_meanwhile(kNeighbour, clock_, 10s, [&] { states_[kOne.id] = ProcessState::kGone; });
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_LT(clock_.elapsed(), 15s);
}

TEST_F(LeaseTaking, AClockThatIsWrongNeitherRobsNorBlocksAnybody) {
  for (const Duration others_are_ahead_by : {Duration(5h), Duration(24h * 365), Duration(-4min)}) {
    SCOPED_TRACE(others_are_ahead_by / 1min);
    FakeClock others(clock_.now() + others_are_ahead_by);
    auto taken = take(kOther, others);
    ASSERT_TRUE(taken);
    Lease held(store_, others, "Acme", *std::move(taken));
    expect_held(take_and_meanwhile(kOne, clock_, 20s,
                                   [&] {
                                     others.advance(20s);
                                     ASSERT_TRUE(held.renew());
                                   }),
                "process 3 ");
    const Duration before = clock_.elapsed();
    const auto after = take(kOne);
    ASSERT_TRUE(after) << after.error().describe();
    EXPECT_GE(clock_.elapsed() - before, 60s);
    EXPECT_LT(clock_.elapsed() - before, 65s);
    ASSERT_TRUE(Lease(store_, clock_, "Acme", *after).release());
  }
}

// The price of not watching what expired long ago.
TEST_F(LeaseTaking, AClockFarAheadRobsAHolderWhoThenWritesNoMore) {
  Lease held = hold(kOther);
  FakeClock ahead(clock_.now() + 5h);
  const auto taken = take(kOne, ahead);
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_FALSE(held.renew());
  EXPECT_FALSE(held.check());
  EXPECT_EQ(stored(), taken->document);
}

TEST_F(LeaseTaking, DoesNotWatchWhatExpiredLongAgo) {
  ASSERT_TRUE(take(kOther));
  clock_.advance(60s + 5min + 1s);
  const auto taken = take(kOne);
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(LeaseTaking, AStopRequestEndsTheWait) {
  ASSERT_TRUE(take(kOther));
  const auto before = store_.objects();
  const auto taken = take_and_meanwhile(kOne, clock_, 10s, [&] { stop_.request_stop(); });
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(store_.objects(), before);
}

TEST_F(LeaseTaking, ALostAnswerIsNoLoss) {
  for (const ErrorCode code :
       {ErrorCode::kUnavailable, ErrorCode::kAlreadyExists, ErrorCode::kPreconditionFailed}) {
    store_.fail_next(StoreCall::kPut, {{code, "the answer to another try", ""}, true});
    auto taken = take(kOne);
    ASSERT_TRUE(taken) << taken.error().describe();
    EXPECT_EQ(stored(), taken->document);
    Lease held(store_, clock_, "Acme", *std::move(taken));
    EXPECT_TRUE(held.renew()) << "the version is known, too";
    EXPECT_TRUE(held.release());
  }
}

TEST_F(LeaseTaking, TroubleOfTheStoreIsToldAsThat) {
  store_.fail_next(StoreCall::kPut, outage());
  auto taken = take(kOne);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kUnavailable);
  store_.fail_next(StoreCall::kGet, outage());
  taken = take(kOne);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(store_.objects().empty());
}

TEST_F(LeaseTaking, OfTwoThatFindItFreeOneGetsIt) {
  bool is_first = true;
  store_.intercept([&](StoreCall call, std::string_view) -> std::optional<StoreFault> {
    if (call == StoreCall::kPut && std::exchange(is_first, false)) {
      EXPECT_TRUE(take(kOther));
    }
    return std::nullopt;
  });
  expect_held(take_and_meanwhile(kOne, clock_, 5s,
                                 [&] {
                                   auto renewed = *stored();
                                   renewed.renewed_at += 5s;
                                   ASSERT_TRUE(store_.put(kKey, encode_lease(renewed),
                                                          Precondition::none()));
                                 }),
              "process 3 ");
}

TEST_F(LeaseTaking, OfTwoThatFindItExpiredOneGetsIt) {
  ASSERT_TRUE(take(kOne));
  states_[kOne.id] = ProcessState::kGone;
  bool is_first = true;
  store_.intercept([&](StoreCall call, std::string_view) -> std::optional<StoreFault> {
    if (call == StoreCall::kPut && std::exchange(is_first, false)) {
      EXPECT_TRUE(take(process_on("m1", 7)));
    }
    return std::nullopt;
  });
  expect_held(take(kNeighbour), "process 7 ");
  EXPECT_EQ(stored()->term, 2);
}

TEST_F(LeaseTaking, DoesNotTouchWhatANewerVersionWrote) {
  const std::string newer = R"({"version":2,"leaseholders":[]})";
  ASSERT_TRUE(store_.put(kKey, newer, Precondition::none()));
  clock_.advance(24h);
  const auto taken = take(kOne);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(taken.error().message, HasSubstr(kKey));
  EXPECT_THAT(taken.error().message, HasSubstr("version 2"));
  EXPECT_EQ(store_.objects().at(kKey), newer);
}

TEST_F(LeaseTaking, GarbageIsReplacedWhenNobodyHasTouchedItForAsLongAsALeaseLasts) {
  ASSERT_TRUE(store_.put(kKey, "{garbage", Precondition::none()));
  const auto taken = take_and_meanwhile(kOne, clock_, 30s, [&] {
    ASSERT_TRUE(store_.put(kKey, "other garbage", Precondition::none()));
  });
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_GE(clock_.elapsed(), 90s);
  EXPECT_EQ(stored(), taken->document);
}

TEST_F(LeaseTaking, AbsurdTimesNeitherShortenNorStretchTheWatchWithoutBounds) {
  for (const Duration lasts : {Duration(-1h), Duration(100'000h)}) {
    auto lease = take(kOther)->document;
    lease.expires_at = lease.renewed_at + lasts;
    lease.term = std::numeric_limits<int64_t>::max();
    lease.expires_at = std::max(lease.expires_at, clock_.now() - 4min);
    ASSERT_TRUE(store_.put(kKey, encode_lease(lease), Precondition::none()));
    const Duration before = clock_.elapsed();
    const auto taken = take(kOne);
    ASSERT_TRUE(taken) << taken.error().describe();
    EXPECT_GE(clock_.elapsed() - before, 60s);
    EXPECT_LE(clock_.elapsed() - before, 11min);
    ASSERT_TRUE(store_.remove(kKey));
  }
}

}  // namespace
}  // namespace github_stats
