#include "google/token_request.h"

#include "google/token_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class TokenRequestTest : public TokenTest {
 protected:
  Result<HttpResponse> send(Patience patience = Patience::kUsual, std::stop_token stop = {}) {
    const auto make = [&]() -> Result<TokenRequest> {
      ++made_;
      return TokenRequest{form_request("https://h/token", "a=b"), {"1//secret", "other"}};
    };
    const auto explain = [](const HttpResponse&, Error& error) { error.remedy = "explained"; };
    return send_token_request(tools(), make, explain, patience, std::move(stop));
  }

  int made_ = 0;
};

TEST_F(TokenRequestTest, SendsAForm) {
  ASSERT_TRUE(send());
  EXPECT_EQ(request(0).method, HttpMethod::kPost);
  EXPECT_EQ(request(0).url, "https://h/token");
  EXPECT_EQ(request(0).body, "a=b");
  EXPECT_THAT(request(0).headers,
              ElementsAre(std::pair("content-type", "application/x-www-form-urlencoded")));
}

TEST_F(TokenRequestTest, WaitsOutPassingTrouble) {
  int left = 3;
  answer_ = [&](const HttpRequest&) -> Answer {
    switch (left--) {
      case 3:
        return fail(ErrorCode::kUnavailable, "connection reset");
      case 2:
        return http_answer(429, "");
      case 1: {
        HttpResponse busy = http_answer(503, "");
        busy.headers["retry-after"] = "7";
        return busy;
      }
      default:
        return std::nullopt;
    }
  };
  EXPECT_TRUE(send());
  EXPECT_THAT(clock_.sleeps(), ElementsAre(250ms, 500ms, 8s));
  EXPECT_EQ(made_, 4) << "each attempt has a request of its own";
}

TEST_F(TokenRequestTest, GooglesInternalFailureIsPassing) {
  bool first = true;
  answer_ = [&](const HttpRequest&) -> Answer {
    return std::exchange(first, false) ? Answer(http_answer(400, R"({"error":"internal_failure"})"))
                                       : std::nullopt;
  };
  EXPECT_TRUE(send());
}

TEST_F(TokenRequestTest, GivesUpInTheEndOrAtOnce) {
  answer_ = [](const HttpRequest&) { return http_answer(502, "<html>"); };
  EXPECT_EQ(send().error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(made_, 4);
  EXPECT_FALSE(send(Patience::kNone));
  EXPECT_EQ(made_, 5);
}

TEST_F(TokenRequestTest, ARefusalIsExplainedAndNotRepeated) {
  for (const int status : {400, 401, 403, 404}) {
    made_ = 0;
    answer_ = [&](const HttpRequest&) {
      return http_answer(status, R"({"error":"invalid_client","error_description":"no"})");
    };
    const auto refused = send();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, std::to_string(status) + ": no");
    EXPECT_EQ(refused.error().remedy, "explained");
    EXPECT_EQ(made_, 1);
  }
}

TEST_F(TokenRequestTest, StopsWhenTold) {
  std::stop_source stop;
  answer_ = [&](const HttpRequest&) {
    stop.request_stop();
    return http_answer(503, "");
  };
  EXPECT_EQ(send(Patience::kUsual, stop.get_token()).error().code, ErrorCode::kCancelled);
}

TEST_F(TokenRequestTest, SecretsThatComeBackAreHidden) {
  for (const char* body : {
           "you sent 1//secret",
           "you sent 1%2F%2Fsecret",
           R"({"error":"e","error_description":"1\/\/secret other"})",
           R"({"error":"e","error_description":"1\u002f\u002fsecret"})",
       }) {
    answer_ = [&](const HttpRequest&) { return http_answer(400, body); };
    const auto refused = send();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().describe(), HasSubstr("(hidden)"));
    EXPECT_THAT(refused.error().describe(), Not(HasSubstr("secret")));
    EXPECT_THAT(refused.error().describe(), Not(HasSubstr("other")));
  }
}

TEST(TokenIn, ReadsTokenAndLifetime) {
  const auto token =
      token_in(http_answer(200, R"({"access_token":"ya29.c.x","expires_in":3599})"), 10s);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->text, "ya29.c.x");
  EXPECT_EQ(token->lifetime, 3599s);
  EXPECT_EQ(token->expires_at, 3609s);
  EXPECT_EQ(token_in(http_answer(200, R"({"access_token":"t","expires_in":"60"})"), 0s)->lifetime,
            60s);
  EXPECT_EQ(
      token_in(http_answer(200, R"({"access_token":"t","expires_in":9000000000000000000})"), 0s)
          ->lifetime,
      24h);
}

TEST(TokenIn, RefusesWhatIsNoToken) {
  const std::pair<const char*, const char*> cases[] = {
      {"<html>token-x", "no JSON object"},
      {R"({"expires_in":1})", "no 'access_token'"},
      {R"({"access_token":1,"expires_in":1})", "'access_token' is no text"},
      {R"({"access_token":"token-x"})", "no 'expires_in'"},
      {R"({"access_token":"token-x","expires_in":1.5})", "'expires_in' is no whole number"},
      {R"({"access_token":"token-x","expires_in":-1})", "expired"},
      {R"({"access_token":"token-x\r\ny: z","expires_in":1})", "no token"},
      {R"({"access_token":"token x","expires_in":1})", "no token"},
  };
  for (const auto& [body, said] : cases) {
    const auto token = token_in(http_answer(200, body), 0s);
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().code, ErrorCode::kDataLoss);
    EXPECT_THAT(token.error().message, HasSubstr(said));
    EXPECT_THAT(token.error().message, Not(HasSubstr("token-x")));
  }
}

}  // namespace
}  // namespace github_stats
