#include "github/github_client.h"

#include <gtest/gtest.h>

#include "testing/fake_clock.h"
#include "testing/scripted_http.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;

HttpResponse answer(int status, std::string body,
                    std::map<std::string, std::string, std::less<>> headers = {}) {
  return {status, std::move(headers), std::move(body)};
}

const std::string kGood =
    R"({"data":{"rateLimit":{"cost":3,"remaining":4000,"limit":5000,"resetAt":"x"},"value":7}})";

class GitHubClientTest : public testing::Test {
 protected:
  // Asks once with these answers; fills the members with what happened.
  Status ask(std::vector<Result<HttpResponse>> answers,
             const std::vector<std::string>& tokens = {"t0"}, int max_attempts = 4) {
    return ask_with(std::move(answers), fixed_tokens(tokens), max_attempts);
  }

  Status ask(std::vector<Result<HttpResponse>> answers, std::unique_ptr<TokenSource> source) {
    TokenSources sources;
    sources.push_back(std::move(source));
    return ask_with(std::move(answers), std::move(sources), 4);
  }

  Status ask_with(std::vector<Result<HttpResponse>> answers, TokenSources tokens,
                  int max_attempts) {
    http_ = std::make_unique<ScriptedHttp>(std::move(answers));
    return ask_first(std::move(tokens), max_attempts);
  }

  Status ask(ScriptedHttp::Answer answer) {
    http_ = std::make_unique<ScriptedHttp>(std::move(answer));
    return ask_first(fixed_tokens({"t0"}), 4);
  }

  Status ask_first(TokenSources tokens, int max_attempts) {
    limiter_ = std::make_unique<RateLimiter>(clock_, RateLimiterOptions{.tokens = tokens.size()});
    GitHubClientOptions options{.graphql_url = "https://github.example/graphql",
                                .tokens = std::move(tokens),
                                .random = [] { return 0.5; }};
    client_ = std::make_unique<GitHubClient>(*http_, *limiter_, clock_, std::move(options));
    return ask_again(max_attempts);
  }

  Status ask_again(int max_attempts) {
    return client_->query(
        {"Op", "query Op { value }", R"({"a":1})", max_attempts},
        [this](simdjson::ondemand::object& data, std::span<const GraphQlError> errors) -> Status {
          ++visits_;
          value_ = int64_t(data["value"]);
          errors_.assign(errors.begin(), errors.end());
          return {};
        },
        {});
  }

  FakeClock clock_;
  std::unique_ptr<ScriptedHttp> http_;
  std::unique_ptr<RateLimiter> limiter_;
  std::unique_ptr<GitHubClient> client_;
  int visits_ = 0;
  int64_t value_ = 0;
  std::vector<GraphQlError> errors_;
};

TEST_F(GitHubClientTest, SendsTheQueryAndCountsItsPoints) {
  ASSERT_TRUE(ask({answer(200, kGood)}));
  EXPECT_EQ(value_, 7);
  EXPECT_EQ(client_->usage().points, 3);
  EXPECT_EQ(client_->usage().requests, 1);
  const HttpRequest sent = http_->requests().at(0);
  EXPECT_EQ(sent.method, HttpMethod::kPost);
  EXPECT_EQ(sent.url, "https://github.example/graphql");
  EXPECT_EQ(sent.headers.at(0).second, "bearer t0");
  EXPECT_EQ(sent.body,
            R"({"operationName":"Op","query":"query Op { value }","variables":{"a":1}})");
}

TEST_F(GitHubClientTest, TriesAgainAfterPassingTrouble) {
  ASSERT_TRUE(ask({answer(502, "<html>bad gateway</html>"),
                   fail(ErrorCode::kUnavailable, "connection reset"), answer(200, R"({"data":{"r)"),
                   answer(200, kGood)}));
  EXPECT_EQ(visits_, 1);
  EXPECT_EQ(http_->requests().size(), 4U);
  EXPECT_EQ(clock_.sleeps(), (std::vector<Duration>{250ms, 500ms, 1s}));
}

TEST_F(GitHubClientTest, GivesUpAfterTheAttemptsItIsAllowed) {
  const Status status = ask({answer(504, "")}, {"t0"}, 2);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(http_->requests().size(), 2U);
}

TEST_F(GitHubClientTest, NeverTakesPartialDataForWhole) {
  const Status status = ask({answer(200, R"({"data":{"value":1},"errors":[
      {"type":"RESOURCE_LIMITS_EXCEEDED","message":"too much","path":["nodes",3]}]})")},
                            {"t0"}, 2);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(visits_, 0);

  EXPECT_FALSE(ask({answer(200, R"({"data":{"value":1},"errors":[
      {"message":"Something went wrong while executing your query."}]})")}));
  EXPECT_EQ(visits_, 0);
}

TEST_F(GitHubClientTest, HandsOnWhatIsMissingFromGoodData) {
  ASSERT_TRUE(ask({answer(200, R"({"data":{"value":1},"errors":[
      {"type":"NOT_FOUND","message":"gone","path":["nodes",3]}]})")}));
  ASSERT_EQ(errors_.size(), 1U);
  EXPECT_EQ(errors_[0].type, "NOT_FOUND");
  EXPECT_EQ(errors_[0].path, (std::vector<std::string>{"nodes", "3"}));
}

TEST_F(GitHubClientTest, DoesNotMistakeTextForErrors) {
  ASSERT_TRUE(
      ask({answer(200, R"({"data":{"label":"errors","text":"\"errors\":[1]","value":5}})")}));
  EXPECT_EQ(value_, 5);
}

TEST_F(GitHubClientTest, SaysWhenTheQueryItselfIsRefused) {
  const Status status = ask({answer(200, R"({"errors":[
      {"type":"MAX_NODE_LIMIT_EXCEEDED","message":"1,000,000 nodes"}]})")});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(http_->requests().size(), 1U);
}

TEST_F(GitHubClientTest, NeverShowsTheToken) {
  const Status status = ask({answer(401, R"({"message":"Bad credentials"})")}, {"ghp_secret"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(status.error().describe().find("ghp_secret"), std::string::npos);
  EXPECT_EQ(http_->requests().size(), 1U) << "a bad token is not tried again";
  const Status echoed =
      ask({answer(403, "You sent: bearer ghp_secret, ghp_secret")}, {"ghp_secret"});
  ASSERT_FALSE(echoed);
  EXPECT_EQ(echoed.error().message, "GitHub answered 403: You sent: bearer (hidden), (hidden)");
}

TEST_F(GitHubClientTest, SetsABadTokenAsideAndGoesOnWithTheNext) {
  ASSERT_TRUE(
      ask({answer(401, R"({"message":"Bad credentials"})"), answer(200, kGood)}, {"bad", "good"}));
  EXPECT_EQ(http_->requests().at(1).headers.at(0).second, "bearer good");
  const Status status = ask({answer(401, "{}")}, {"bad", "worse"});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnauthenticated);
}

// Gives "first" until that is refused, then "second".
class RenewableToken : public TokenSource {
 public:
  Result<std::string> token(std::stop_token) override { return token_; }
  bool refused(const std::string& token) override {
    ++refusals_;
    token_ = token == "first" ? "second" : token_;
    return true;
  }
  std::string_view remedy() const override { return "look at the App"; }
  int refusals() const { return refusals_; }

 private:
  std::string token_ = "first";
  int refusals_ = 0;
};

TEST_F(GitHubClientTest, SendsAgainAtOnceWithARenewedToken) {
  auto source = std::make_unique<RenewableToken>();
  const RenewableToken& renewable = *source;
  ASSERT_TRUE(ask({answer(401, "{}"), answer(200, kGood)}, std::move(source)));
  EXPECT_EQ(http_->requests().at(0).headers.at(0).second, "bearer first");
  EXPECT_EQ(http_->requests().at(1).headers.at(0).second, "bearer second");
  EXPECT_EQ(renewable.refusals(), 1);
  EXPECT_EQ(client_->usage().requests, 2);
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(GitHubClientTest, GivesUpWhenTheRenewedTokenIsRefusedToo) {
  const Status status = ask({answer(401, "{}")}, std::make_unique<RenewableToken>());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnauthenticated);
  EXPECT_EQ(status.error().remedy, "look at the App");
  EXPECT_EQ(http_->requests().size(), 2U);
}

TEST_F(GitHubClientTest, WaitsForTheResetByGitHubsOwnClock) {
  // GitHub's clock says 2001; ours does not matter.
  ASSERT_TRUE(ask({answer(200, R"({"errors":[{"type":"RATE_LIMITED","message":"exceeded"}]})",
                          {{"date", "Sun, 09 Sep 2001 01:46:40 GMT"},
                           {"x-ratelimit-limit", "5000"},
                           {"x-ratelimit-remaining", "0"},
                           {"x-ratelimit-reset", "1000000300"}}),
                   answer(200, kGood)}));
  EXPECT_EQ(visits_, 1);
  EXPECT_GE(clock_.elapsed(), Duration(300s));
  EXPECT_LE(clock_.elapsed(), Duration(303s));
}

TEST_F(GitHubClientTest, TellsGitHubsTimeWhateverOursIs) {
  EXPECT_TRUE(ask({answer(200, kGood)}));
  EXPECT_EQ(client_->github_now(), clock_.now()) << "nothing better is known";
  EXPECT_TRUE(ask({answer(200, kGood, {{"date", "Sun, 09 Sep 2001 01:46:40 GMT"}})}));
  EXPECT_EQ(format_time(client_->github_now()), "2001-09-09T01:46:40Z");
  clock_.advance(90s);
  EXPECT_EQ(format_time(client_->github_now()), "2001-09-09T01:48:10Z");
}

TEST_F(GitHubClientTest, KeepsThePauseOfASecondaryLimit) {
  ASSERT_TRUE(ask({answer(403, R"({"message":"You have exceeded a secondary rate limit."})",
                          {{"retry-after", "42"}, {"x-ratelimit-remaining", "4000"}}),
                   answer(200, kGood)}));
  EXPECT_GE(clock_.elapsed(), Duration(42s));
  EXPECT_LE(clock_.elapsed(), Duration(43s));
}

TEST_F(GitHubClientTest, WaitsAMinuteAndMoreWhenALimitDoesNotSayHowLong) {
  ASSERT_TRUE(ask({answer(429, "{}"), answer(429, "{}"), answer(200, kGood)}));
  EXPECT_GE(clock_.elapsed(), Duration(180s)) << "one minute, then two";
}

TEST_F(GitHubClientTest, AForbiddenOrganisationIsNoLimit) {
  const Status status = ask({answer(403, R"({"message":"Resource protected by SAML"})")});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kPermissionDenied);
  EXPECT_TRUE(clock_.sleeps().empty());
}

TEST_F(GitHubClientTest, DoesNotWaitForServersWithoutLimits) {
  ASSERT_TRUE(ask({answer(200, R"({"data":{"rateLimit":null,"value":2}})")}));
  EXPECT_EQ(client_->usage().points, 0);
  EXPECT_FALSE(limiter_->points_left());
}

TEST_F(GitHubClientTest, SaysWhenSomethingElseAnswersInGitHubsPlace) {
  for (const std::string body : {"<html><title>Log in</title></html>", "", "\n <!DOCTYPE html>"}) {
    const Status status = ask({answer(200, body)}, {"t0"}, 2);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
    EXPECT_NE(status.error().remedy.find("GITHUB_API_URL"), std::string::npos);
  }
  const Status cut = ask({answer(200, R"({"data":{"val)")}, {"t0"}, 2);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().remedy, "") << "that is GitHub's, but not whole";
}

TEST_F(GitHubClientTest, WaitsOutAnOutageWithSmallProbes) {
  std::vector<Result<HttpResponse>> answers = {answer(200, kGood)};
  answers.insert(answers.end(), 8, answer(502, "<html>bad gateway</html>"));
  answers.insert(answers.end(), 2, answer(200, kGood));
  ASSERT_TRUE(ask(std::move(answers)));
  ASSERT_TRUE(ask_again(6)) << "its own tries do not run out";
  size_t probes = 0;
  for (const HttpRequest& request : http_->requests()) {
    probes += request.body.find("Probe") != std::string::npos ? 1U : 0U;
  }
  EXPECT_EQ(http_->requests().size(), 11U);
  EXPECT_EQ(probes, 4U) << "three that failed, and the one that ended it";
}

TEST_F(GitHubClientTest, AHeavyQueryIsNoOutage) {
  ASSERT_TRUE(ask([first = true](const HttpRequest& request) mutable -> Result<HttpResponse> {
    const bool good =
        std::exchange(first, false) || request.body.find("Probe") != std::string::npos;
    return good ? answer(200, kGood) : answer(502, "");
  }));
  const Status status = ask_again(12);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
  EXPECT_FALSE(status.error().general);
  EXPECT_FALSE(limiter_->is_in_doubt());
}

TEST(GraphqlUrl, FollowsTheRestAddress) {
  EXPECT_EQ(graphql_url_for("https://api.github.com"), "https://api.github.com/graphql");
  EXPECT_EQ(graphql_url_for("https://git.corp.example/api/v3"),
            "https://git.corp.example/api/graphql");
}

}  // namespace
}  // namespace github_stats
