#include "google/google_api.h"

#include <gmock/gmock.h>

#include "testing/fake_clock.h"
#include "testing/scripted_http.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

HttpResponse answer(int status, std::string body = "{}") {
  return {.status = status, .headers = {}, .body = std::move(body)};
}

// Gives "secret-1", and after each refusal the next one, as often as it may.
class CountedTokens : public AccessTokenSource {
 public:
  explicit CountedTokens(int most) : most_(most) {}

  Result<std::string> token(std::stop_token) override {
    ++asked;
    return failure ? Result<std::string>(tl::unexpected<Error>(*failure))
                   : "secret-" + std::to_string(serial_);
  }
  bool refused(const std::string& token) override {
    EXPECT_EQ(token, "secret-" + std::to_string(serial_));
    return serial_++ < most_;
  }
  std::string description() const override { return "a tester"; }

  std::optional<Error> failure;
  int asked = 0;

 private:
  const int most_;
  int serial_ = 1;
};

class GoogleApiTest : public testing::Test {
 protected:
  Result<GoogleAnswer> ask(std::vector<Result<HttpResponse>> answers, Repeat repeat,
                           std::unique_ptr<AccessTokenSource> tokens = nullptr) {
    http_ = std::make_shared<ScriptedHttp>(std::move(answers));
    GoogleApi api(http_, clock_, std::move(tokens),
                  {.random = [] { return 0.5; }, .stop = stop_.get_token()});
    return api.ask({.url = "https://google.test/thing?secret=no"}, repeat);
  }

  // The authorization header of each request; "none" without one.
  std::vector<std::string> authorizations() const {
    std::vector<std::string> values;
    for (const HttpRequest& request : http_->requests()) {
      std::string value = "none";
      for (const auto& [name, content] : request.headers) {
        if (name == "authorization") {
          EXPECT_EQ(value, "none") << "signed twice";
          value = content;
        }
      }
      values.push_back(value);
    }
    return values;
  }

  FakeClock clock_;
  std::stop_source stop_;
  std::shared_ptr<ScriptedHttp> http_;
};

TEST_F(GoogleApiTest, SendsNoCredentialsToAnEmulator) {
  EXPECT_TRUE(ask({answer(200)}, Repeat::kSafe));
  EXPECT_THAT(authorizations(), ElementsAre("none"));
}

TEST_F(GoogleApiTest, SignsAnewOnceWhenATokenIsRefused) {
  const auto done =
      ask({answer(401), answer(200)}, Repeat::kNever, std::make_unique<CountedTokens>(5));
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_FALSE(done->repeated);
  EXPECT_THAT(authorizations(), ElementsAre("Bearer secret-1", "Bearer secret-2"));

  const auto refused = ask({answer(401)}, Repeat::kSafe, std::make_unique<CountedTokens>(5));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(refused.error().message, HasSubstr("a tester"));
  EXPECT_THAT(authorizations(), ElementsAre("Bearer secret-1", "Bearer secret-2"));
}

TEST_F(GoogleApiTest, DoesNotAskAgainWithATokenThatCannotBeReplaced) {
  EXPECT_FALSE(ask({answer(401)}, Repeat::kSafe, std::make_unique<CountedTokens>(0)));
  EXPECT_EQ(http_->requests().size(), 1U);
}

TEST_F(GoogleApiTest, ShowsNoTokenThatARefusalRepeats) {
  for (const int status : {401, 403, 503}) {
    const auto refused = ask({answer(status, "refused: Bearer secret-1")}, Repeat::kNever,
                             std::make_unique<CountedTokens>(0));
    const std::string shown = refused ? refused->response.body : refused.error().describe();
    EXPECT_THAT(shown, HasSubstr("(hidden)"));
    EXPECT_THAT(shown, Not(HasSubstr("secret")));
  }
}

TEST_F(GoogleApiTest, DoesNotTryAgainWhatTheSignInHasTriedForLong) {
  auto tokens = std::make_unique<CountedTokens>(0);
  tokens->failure = Error{ErrorCode::kUnavailable, "no answer from the token's giver", {}};
  const auto failed = ask({answer(200)}, Repeat::kSafe, std::move(tokens));
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("the token's giver"));
  EXPECT_TRUE(http_->requests().empty());
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(GoogleApiTest, RepeatsPassingTroubleAndSaysSo) {
  const auto done = ask({fail(ErrorCode::kUnavailable, "cut off"), answer(408), answer(429),
                         answer(500), answer(200, "fine")},
                        Repeat::kSafe);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_TRUE(done->repeated);
  EXPECT_EQ(done->response.body, "fine");
  EXPECT_THAT(clock_.sleeps(), ElementsAre(250ms, 500ms, 1s, 2s));
}

TEST_F(GoogleApiTest, RepeatsNothingThatMayHaveBeenDoneWhenThatIsUnsafe) {
  EXPECT_FALSE(ask({fail(ErrorCode::kUnavailable, "cut off"), answer(200)}, Repeat::kNever));
  EXPECT_EQ(http_->requests().size(), 1U);
  EXPECT_TRUE(ask({answer(429), answer(200)}, Repeat::kNever)) << "refused, so not done";
}

TEST_F(GoogleApiTest, WaitsAsLongAsGoogleAsks) {
  HttpResponse busy = answer(503);
  busy.headers["retry-after"] = "30";
  EXPECT_TRUE(ask({busy, answer(200)}, Repeat::kSafe));
  EXPECT_THAT(clock_.sleeps(), ElementsAre(30'250ms));
}

TEST_F(GoogleApiTest, GivesOtherRefusalsToTheCaller) {
  for (const int status : {400, 403, 404, 409, 412}) {
    const auto done = ask({answer(status)}, Repeat::kSafe);
    ASSERT_TRUE(done) << status;
    EXPECT_EQ(done->response.status, status);
  }
}

TEST_F(GoogleApiTest, AStopDuringAWaitLeavesAFewQuickAttempts) {
  clock_.on_sleep([this](Duration) { stop_.request_stop(); });
  EXPECT_FALSE(ask({answer(503)}, Repeat::kSafe));
  EXPECT_EQ(http_->requests().size(), 3U);
  EXPECT_EQ(http_->requests().back().timeout, 5s);
  EXPECT_LE(clock_.elapsed(), 1s);
}

}  // namespace
}  // namespace github_stats
