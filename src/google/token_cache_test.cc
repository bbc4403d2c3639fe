#include "google/token_cache.h"

#include <gmock/gmock.h>

#include <functional>
#include <latch>
#include <thread>
#include <utility>
#include <vector>

#include "testing/fake_clock.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Gives "token-1", "token-2", …, or fails.
class FakeIssuer : public TokenIssuer {
 public:
  explicit FakeIssuer(FakeClock& clock) : clock_(clock) {}

  Result<FreshToken> new_token(Patience patience, std::stop_token) override {
    patience_.push_back(patience);
    if (before_) {
      before_();
    }
    if (failure_) {
      return tl::unexpected<Error>(*failure_);
    }
    return FreshToken{"token-" + std::to_string(++tokens_), lifetime_,
                      clock_.elapsed() + lifetime_};
  }
  std::string description() const override { return "fake"; }
  std::optional<std::string> project() const override { return "p-1"; }

  FakeClock& clock_;
  std::function<void()> before_;
  std::optional<Error> failure_;
  Duration lifetime_ = 1h;
  int tokens_ = 0;
  std::vector<Patience> patience_;  // of each call
};

class CachedTokenTest : public testing::Test {
 protected:
  std::string token(std::stop_token stop = {}) {
    const auto token = cache_.token(std::move(stop));
    return token ? *token : std::string(to_string(token.error().code));
  }

  FakeClock clock_;
  FakeIssuer* issuer_ = new FakeIssuer(clock_);
  CachedToken cache_{clock_, std::unique_ptr<TokenIssuer>(issuer_)};
};

TEST_F(CachedTokenTest, RenewsShortlyBeforeTheEnd) {
  EXPECT_TRUE(issuer_->patience_.empty()) << "the first one is asked for when it is needed";
  EXPECT_EQ(token(), "token-1");
  clock_.advance(1h - 226s);
  EXPECT_EQ(token(), "token-1");
  clock_.advance(1s);
  EXPECT_EQ(token(), "token-2");
  EXPECT_EQ(cache_.description(), "fake");
  EXPECT_EQ(cache_.project(), "p-1");
}

TEST_F(CachedTokenTest, AJumpOfTheWallClockChangesNothing) {
  EXPECT_EQ(token(), "token-1");
  clock_.jump(24h);
  EXPECT_EQ(token(), "token-1");
}

TEST_F(CachedTokenTest, ATokenThatLivesShortlyIsStillUsedAndRenewed) {
  issuer_->lifetime_ = 4s;
  EXPECT_EQ(token(), "token-1");
  clock_.advance(1s);
  EXPECT_EQ(token(), "token-1");
  clock_.advance(1s);
  EXPECT_EQ(token(), "token-2");
  issuer_->lifetime_ = 0s;
  clock_.advance(4s);
  EXPECT_EQ(token(), "token-3");
}

TEST_F(CachedTokenTest, ARefusedTokenIsRenewedOnce) {
  EXPECT_EQ(token(), "token-1");
  EXPECT_TRUE(cache_.refused("token-1"));
  EXPECT_EQ(token(), "token-2");
  EXPECT_TRUE(cache_.refused("token-1")) << "a slow request may have been sent with it";
  EXPECT_EQ(token(), "token-2");
}

TEST_F(CachedTokenTest, AFailedRenewalLeavesTheOldTokenAsLongAsItIsValid) {
  EXPECT_EQ(token(), "token-1");
  clock_.advance(57min);
  issuer_->failure_ = Error{ErrorCode::kUnavailable, "no answer"};
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(token(), "token-1") << "not asked for again at once";
  EXPECT_THAT(issuer_->patience_, ElementsAre(Patience::kUsual, Patience::kNone));
  clock_.advance(30s);
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(issuer_->patience_.size(), 3U);
  clock_.advance(150s);
  EXPECT_EQ(token(), "unavailable");
  EXPECT_EQ(issuer_->patience_.back(), Patience::kUsual) << "now there is none to go on with";
  issuer_->failure_.reset();
  EXPECT_EQ(token(), "token-2");
}

TEST_F(CachedTokenTest, SaysWhoseTokenIsMissing) {
  const struct {
    ErrorCode cause;
    ErrorCode code;
  } cases[] = {
      {ErrorCode::kUnavailable, ErrorCode::kUnavailable},
      {ErrorCode::kRateLimited, ErrorCode::kUnavailable},
      {ErrorCode::kInvalidArgument, ErrorCode::kUnauthenticated},
      {ErrorCode::kPermissionDenied, ErrorCode::kUnauthenticated},
      {ErrorCode::kNotFound, ErrorCode::kUnauthenticated},
      {ErrorCode::kDataLoss, ErrorCode::kUnauthenticated},
  };
  for (const auto& c : cases) {
    issuer_->failure_ = Error{c.cause, "why", "remedy"};
    const auto failed = cache_.token({});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, c.code);
    EXPECT_EQ(failed.error().describe(), "no access token for the fake: why; remedy");
  }
  issuer_->failure_ = Error{ErrorCode::kCancelled, "stopped"};
  EXPECT_EQ(cache_.token({}).error().message, "stopped");
}

TEST_F(CachedTokenTest, OthersGoOnWhileOneRenews) {
  EXPECT_EQ(token(), "token-1");
  clock_.advance(57min);
  std::latch asked(1);
  std::latch let_go(1);
  issuer_->before_ = [&] {
    asked.count_down();
    let_go.wait();
  };
  std::string renewed;
  std::jthread renewing([&] { renewed = token(); });
  asked.wait();
  EXPECT_EQ(token(), "token-1");
  let_go.count_down();
  renewing.join();
  EXPECT_EQ(renewed, "token-2");
  EXPECT_EQ(issuer_->tokens_, 2);
}

// One thread asks, the others have nothing to go on with until it has its answer.
class WaitingThreads : public CachedTokenTest, public testing::WithParamInterface<bool> {};

TEST_P(WaitingThreads, AreAllToldWhatCameOfIt) {
  std::latch asked(1);
  std::latch let_go(1);
  bool first = true;  // the calls come one after the other
  issuer_->before_ = [&] {
    if (std::exchange(first, false)) {
      asked.count_down();
      let_go.wait();
    }
  };
  if (GetParam()) {
    issuer_->failure_ = Error{ErrorCode::kUnavailable, "no answer"};
  }
  std::vector<std::string> told(4);
  {
    std::vector<std::jthread> threads;
    threads.emplace_back([&] { told[0] = token(); });
    asked.wait();
    std::latch started(3);
    for (size_t i = 1; i < told.size(); ++i) {
      threads.emplace_back([&, i] {
        started.count_down();
        told[i] = token();
      });
    }
    started.wait();
    let_go.count_down();
  }
  for (const std::string& text : told) {
    EXPECT_EQ(text, GetParam() ? "unavailable" : "token-1");
  }
  if (!GetParam()) {
    EXPECT_EQ(issuer_->patience_.size(), 1U);
  }
}

INSTANTIATE_TEST_SUITE_P(TokenOrFailure, WaitingThreads, testing::Bool());

TEST_F(CachedTokenTest, WhoWaitsCanBeStopped) {
  std::latch asked(1);
  std::latch let_go(1);
  issuer_->before_ = [&] {
    asked.count_down();
    let_go.wait();
  };
  std::jthread renewing([&] { EXPECT_EQ(token(), "token-1"); });
  asked.wait();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(token(stop.get_token()), "cancelled");
  let_go.count_down();
}

}  // namespace
}  // namespace github_stats
