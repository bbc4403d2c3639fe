#include "observe/webhook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/fake_clock.h"
#include "testing/scripted_http.h"

namespace github_stats {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kUrl = "https://hooks.example/distinctive-secret";

class WebhookTest : public testing::Test {
 protected:
  Status post(ScriptedHttp& http, std::stop_token stop = {}) {
    return Webhook(http, clock_, kUrl, [] { return 0.9; }).post(R"({"text":"x"})", stop);
  }

  FakeClock clock_;
};

Result<HttpResponse> status(int code) { return HttpResponse{.status = code}; }
Result<HttpResponse> no_answer() {
  return fail(ErrorCode::kUnavailable, std::string("no connection to ") + kUrl);
}

TEST_F(WebhookTest, PostsJson) {
  ScriptedHttp http({status(200)});
  EXPECT_TRUE(post(http));
  ASSERT_EQ(http.requests().size(), 1U);
  const HttpRequest request = http.requests().front();
  EXPECT_EQ(request.method, HttpMethod::kPost);
  EXPECT_EQ(request.url, kUrl);
  EXPECT_EQ(request.body, R"({"text":"x"})");
  EXPECT_THAT(request.headers,
              testing::Contains(testing::Pair("Content-Type", "application/json")));
  EXPECT_LE(request.timeout, kLongestDelivery);
}

TEST_F(WebhookTest, TriesAgainWhatMayPass) {
  ScriptedHttp http({no_answer(), status(503), status(204)});
  EXPECT_TRUE(post(http));
  EXPECT_EQ(http.requests().size(), 3U);
  EXPECT_LT(clock_.elapsed(), kLongestDelivery);
}

TEST_F(WebhookTest, GivesUpSoonAndShowsNothingOfTheAddress) {
  struct Case {
    Result<HttpResponse> answer;
    size_t tries;
    ErrorCode code;
    std::string said;
  };
  for (const Case& c :
       std::vector<Case>{{no_answer(), 3, ErrorCode::kUnavailable, "no answer"},
                         {status(500), 3, ErrorCode::kUnavailable, "HTTP status 500"},
                         {status(429), 3, ErrorCode::kRateLimited, "429"},
                         {status(404), 1, ErrorCode::kNotFound, "404"},
                         {status(302), 1, ErrorCode::kInvalidArgument, "302"},
                         {fail(ErrorCode::kInvalidArgument, std::string("certificate of ") + kUrl),
                          1, ErrorCode::kInvalidArgument, "certificate"}}) {
    ScriptedHttp http({c.answer});
    const Status failed = post(http);
    ASSERT_FALSE(failed);
    EXPECT_EQ(http.requests().size(), c.tries) << c.said;
    EXPECT_EQ(failed.error().code, c.code);
    EXPECT_THAT(failed.error().describe(), HasSubstr(c.said));
    EXPECT_THAT(failed.error().describe(), Not(HasSubstr("distinctive")));
    EXPECT_THAT(failed.error().describe(), Not(HasSubstr("hooks.example")));
  }
}

TEST_F(WebhookTest, TakesNoLongerThanItMayHoweverSlowTheAnswers) {
  const ScriptedHttp::Answer slow = [this](const HttpRequest& request) {
    const Duration takes = std::min<Duration>(seconds(7), request.timeout);
    clock_.advance(takes);
    return no_answer();
  };
  ScriptedHttp http(slow);
  EXPECT_FALSE(post(http));
  EXPECT_EQ(http.requests().size(), 2U);
  EXPECT_LE(clock_.elapsed(), kLongestDelivery);
}

TEST_F(WebhookTest, AStopEndsItsWaits) {
  std::stop_source stop;
  clock_.on_sleep([&](Duration) { stop.request_stop(); });
  ScriptedHttp http({no_answer()});
  EXPECT_FALSE(post(http, stop.get_token()));
  EXPECT_EQ(http.requests().size(), 1U);
}

}  // namespace
}  // namespace github_stats
