#include "github/github_app.h"

#include <gmock/gmock.h>

#include <latch>
#include <thread>

#include "testing/fake_clock.h"
#include "testing/rsa_keys.h"
#include "testing/scripted_http.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

HttpResponse answer(int status, std::string body) { return {status, {}, std::move(body)}; }

const HttpResponse kNotFound = answer(404, R"({"message":"Not Found"})");
constexpr std::string_view kTokenPath = "/app/installations/34/access_tokens";

// A sign-in against a GitHub that gives tokens "token-1", "token-2", …, each an hour long.
class GitHubAppTest : public testing::Test {
 protected:
  void SetUp() override { start(); }

  void start(std::optional<int64_t> installation = 34) {
    http_ = std::make_unique<ScriptedHttp>(
        [this](const HttpRequest& request) { return respond(request); });
    auto key = RsaKey::from_pem(test_key().pem());
    ASSERT_TRUE(key) << key.error().describe();
    app_ = std::make_unique<AppToken>(*http_, clock_,
                                      GitHubAppOptions{.api_url = "https://github.example/api/v3",
                                                       .app_id = 12,
                                                       .key = *std::move(key),
                                                       .installation_id = installation,
                                                       .owner = "acme",
                                                       .random = [] { return 0.5; }});
  }

  static const TestKey& test_key() {
    static const TestKey kKey;
    return kKey;
  }

  Result<HttpResponse> respond(const HttpRequest& request) {
    if (const auto failure = next_failure_(request)) {
      return *failure;
    }
    const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now() + github_is_ahead_);
    HttpResponse response = answer(201, "");
    if (request.url.ends_with("/installation")) {
      response = answer(200, R"({"id":34})");
    } else {
      response.body = R"({"token":"token-)" + std::to_string(++tokens_) + R"(","expires_at":")" +
                      format_time(now + lifetime_) + R"("})";
    }
    add_date(response);
    return response;
  }

  // The Date header of GitHub's clock.
  void add_date(HttpResponse& response) {
    const std::time_t now = std::chrono::system_clock::to_time_t(
        std::chrono::floor<std::chrono::seconds>(clock_.now() + github_is_ahead_));
    char text[64];
    std::tm parts{};
    std::strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &parts));
    response.headers["date"] = text;
  }

  std::string token() {
    const auto token = app_->token({});
    return token ? *token : "failed: " + token.error().describe();
  }

  std::vector<std::string> paths() const {
    std::vector<std::string> paths;
    for (const HttpRequest& request : http_->requests()) {
      EXPECT_TRUE(request.url.starts_with("https://github.example/api/v3/"));
      paths.push_back(request.url.substr(std::string("https://github.example/api/v3").size()));
    }
    return paths;
  }

  // The claims of the n-th request's JWT, whose signature is checked.
  std::string claims(size_t n) const {
    std::string jwt = http_->requests().at(n).headers.at(0).second;
    EXPECT_TRUE(jwt.starts_with("bearer "));
    jwt.erase(0, std::string("bearer ").size());
    const size_t first = jwt.find('.');
    const size_t last = jwt.rfind('.');
    EXPECT_TRUE(test_key().verifies(jwt.substr(0, last), from_base64url(jwt.substr(last + 1))));
    return from_base64url(jwt.substr(first + 1, last - first - 1));
  }

  static std::string claims_at(Time now) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
    return R"({"iat":)" + std::to_string(seconds - 60) + R"(,"exp":)" +
           std::to_string(seconds + 540) + R"(,"iss":"12"})";
  }

  FakeClock clock_;
  std::unique_ptr<ScriptedHttp> http_;
  std::unique_ptr<AppToken> app_;
  std::function<std::optional<Result<HttpResponse>>(const HttpRequest&)> next_failure_ =
      [](const HttpRequest&) { return std::nullopt; };
  Duration github_is_ahead_{0};
  std::chrono::seconds lifetime_ = 1h;
  int tokens_ = 0;
};

TEST_F(GitHubAppTest, ProvesItsKeyAndIsGivenAToken) {
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(token(), "token-1") << "one is enough";
  EXPECT_THAT(paths(), ElementsAre(kTokenPath));
  EXPECT_EQ(http_->requests().at(0).method, HttpMethod::kPost);
  EXPECT_EQ(claims(0), claims_at(clock_.now()));
}

TEST_F(GitHubAppTest, LooksUpTheInstallationOnce) {
  start(std::nullopt);
  EXPECT_EQ(token(), "token-1");
  clock_.advance(1h);
  EXPECT_EQ(token(), "token-2");
  EXPECT_THAT(paths(), ElementsAre("/orgs/acme/installation", kTokenPath, kTokenPath));
}

TEST_F(GitHubAppTest, TheOwnerMayBeAUser) {
  next_failure_ = [](const HttpRequest& request) -> std::optional<Result<HttpResponse>> {
    return request.url.find("/orgs/") == std::string::npos ? std::nullopt
                                                           : std::optional(kNotFound);
  };
  start(std::nullopt);
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(paths().at(1), "/users/acme/installation");
}

TEST_F(GitHubAppTest, SaysWhereItIsNotInstalled) {
  next_failure_ = [](const HttpRequest&) { return kNotFound; };
  start(std::nullopt);
  EXPECT_THAT(token(), AllOf(HasSubstr("App 12"), HasSubstr("not installed for acme"),
                             HasSubstr("install the App")));
  start(34);
  EXPECT_THAT(token(),
              AllOf(HasSubstr("no installation 34"), HasSubstr("GITHUB_APP_INSTALLATION_ID")));
}

TEST_F(GitHubAppTest, SaysWhatGitHubRefuses) {
  const struct {
    HttpResponse answer;
    std::string said;
    std::string remedy;
  } cases[] = {
      {answer(401, R"({"message":"A JSON web token could not be decoded"})"), "decoded",
       "GITHUB_APP_PRIVATE_KEY"},
      {answer(404, R"({"message":"Integration not found"})"), "no such App", "GITHUB_APP_ID"},
      {answer(403, R"({"message":"This installation has been suspended"})"), "suspended",
       "installation"},
  };
  for (const auto& c : cases) {
    next_failure_ = [&](const HttpRequest&) { return c.answer; };
    start();
    const auto failed = app_->token({});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kUnauthenticated);
    EXPECT_THAT(failed.error().message, HasSubstr(c.said));
    EXPECT_THAT(failed.error().remedy, HasSubstr(c.remedy));
    EXPECT_EQ(http_->requests().size(), 1U) << "the same again would be refused again";
    EXPECT_TRUE(clock_.sleeps().empty());
  }
}

TEST_F(GitHubAppTest, WaitsOutPassingTrouble) {
  int left = 3;
  next_failure_ = [&](const HttpRequest&) -> std::optional<Result<HttpResponse>> {
    switch (left--) {
      case 3:
        return answer(502, "<html>");
      case 2:
        return fail(ErrorCode::kUnavailable, "connection reset");
      case 1: {
        HttpResponse limited = answer(403, R"({"message":"secondary rate limit"})");
        limited.headers["retry-after"] = "7";
        return limited;
      }
      default:
        return std::nullopt;
    }
  };
  EXPECT_EQ(token(), "token-1");
  EXPECT_THAT(clock_.sleeps(), ElementsAre(250ms, 500ms, 8s));
}

TEST_F(GitHubAppTest, GivesUpOnAGitHubThatStaysSilent) {
  next_failure_ = [](const HttpRequest&) { return fail(ErrorCode::kUnavailable, "no answer"); };
  const auto failed = app_->token({});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kUnauthenticated) << "this ends a run";
  EXPECT_THAT(failed.error().message, HasSubstr("no answer"));
  EXPECT_EQ(http_->requests().size(), 8U);
}

TEST_F(GitHubAppTest, RenewsFiveMinutesBeforeTheEndWhateverTheLocalClockSays) {
  for (const Duration ahead : {Duration(0h), Duration(8h), Duration(-8h)}) {
    github_is_ahead_ = ahead;
    tokens_ = 0;
    start();
    EXPECT_EQ(token(), "token-1");
    clock_.jump(ahead);  // somebody sets the clock right
    github_is_ahead_ = Duration(0);
    clock_.advance(54min);
    EXPECT_EQ(token(), "token-1");
    clock_.advance(1min);
    EXPECT_EQ(token(), "token-2");
  }
}

TEST_F(GitHubAppTest, LearnsGitHubsTimeFromARefusal) {
  github_is_ahead_ = -1h;  // so that this machine's times lie in the future
  bool first = true;
  next_failure_ = [&](const HttpRequest&) -> std::optional<Result<HttpResponse>> {
    if (!std::exchange(first, false)) {
      return std::nullopt;
    }
    HttpResponse refused =
        answer(401, R"({"message":"'Expiration time' claim ('exp') is too far in the future"})");
    add_date(refused);
    return refused;
  };
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(claims(0), claims_at(clock_.now()));
  EXPECT_EQ(claims(1), claims_at(clock_.now() - 1h));
}

TEST_F(GitHubAppTest, ATokenThatLivesShortlyIsStillUsedAndRenewed) {
  lifetime_ = 3s;
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(token(), "token-1");
  clock_.advance(1s);
  EXPECT_EQ(token(), "token-2");
  lifetime_ = 0s;
  clock_.advance(3s);
  EXPECT_EQ(token(), "token-3");
}

TEST_F(GitHubAppTest, ARefusedTokenIsRenewedOnce) {
  EXPECT_EQ(token(), "token-1");
  EXPECT_TRUE(app_->refused("token-1"));
  EXPECT_TRUE(app_->refused("token-1")) << "two requests may have been sent with it";
  EXPECT_EQ(token(), "token-2");
  EXPECT_TRUE(app_->refused("token-1")) << "or three, the last one slow";
  EXPECT_EQ(token(), "token-2");
}

TEST_F(GitHubAppTest, OthersGoOnWhileOneRenews) {
  EXPECT_EQ(token(), "token-1");
  clock_.advance(56min);
  std::latch asked(1);
  std::latch let_go(1);
  next_failure_ = [&](const HttpRequest&) -> std::optional<Result<HttpResponse>> {
    asked.count_down();
    let_go.wait();
    return std::nullopt;
  };
  std::string renewed;
  std::jthread renewing([&] { renewed = token(); });
  asked.wait();
  EXPECT_EQ(token(), "token-1");
  let_go.count_down();
  renewing.join();
  EXPECT_EQ(renewed, "token-2");
  EXPECT_EQ(http_->requests().size(), 2U);
}

TEST_F(GitHubAppTest, AllWhoWaitedAreGivenTheNewToken) {
  std::vector<std::string> tokens(8);
  {
    std::vector<std::jthread> workers;
    for (std::string& mine : tokens) {
      workers.emplace_back([&] { mine = token(); });
    }
  }
  EXPECT_THAT(tokens, testing::Each("token-1"));
  EXPECT_EQ(http_->requests().size(), 1U);
}

TEST_F(GitHubAppTest, AFailedRenewalIsNoMatterWhileTheOldTokenIsValid) {
  EXPECT_EQ(token(), "token-1");
  clock_.advance(56min);
  next_failure_ = [](const HttpRequest&) { return answer(401, "{}"); };
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(http_->requests().size(), 2U) << "it is not asked for at each request";
  clock_.advance(1min);
  next_failure_ = [](const HttpRequest&) { return std::nullopt; };
  EXPECT_EQ(token(), "token-2");
  clock_.advance(2h);
  next_failure_ = [](const HttpRequest&) { return answer(401, "{}"); };
  EXPECT_THAT(token(), HasSubstr("failed"));
}

TEST_F(GitHubAppTest, StopsWhenTold) {
  std::stop_source stop;
  next_failure_ = [&](const HttpRequest&) {
    stop.request_stop();
    return answer(503, "");
  };
  const auto failed = app_->token(stop.get_token());
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::kCancelled);
  next_failure_ = [](const HttpRequest&) { return std::nullopt; };
  EXPECT_EQ(token(), "token-1") << "who is not stopped goes on";
}

TEST_F(GitHubAppTest, AsksAsItselfWhatItIs) {
  auto key = RsaKey::from_pem(test_key().pem());
  AppSignIn sign_in(*http_, clock_,
                    {.api_url = "https://github.example/api/v3",
                     .app_id = 12,
                     .key = *std::move(key),
                     .installation_id = std::nullopt,
                     .owner = "acme",
                     .random = [] { return 0.5; }});
  next_failure_ = [](const HttpRequest& request) {
    return request.url.ends_with("/app") ? std::optional(answer(200, R"({"name":"Stats"})"))
                                         : std::nullopt;
  };
  const auto app = sign_in.get("/app", {});
  ASSERT_TRUE(app) << app.error().describe();
  EXPECT_EQ(app->body, R"({"name":"Stats"})");
  EXPECT_EQ(http_->requests().back().url, "https://github.example/api/v3/app");
  EXPECT_THAT(http_->requests().back().headers.at(0).second, testing::StartsWith("bearer ey"));
  EXPECT_EQ(sign_in.installation({}), 34);
}

TEST_F(GitHubAppTest, NeverShowsItsKeyOrAJwt) {
  next_failure_ = [](const HttpRequest& request) {
    return answer(401, "You sent: " + request.headers.at(0).second.substr(7));
  };
  const std::string text = token();
  const std::string jwt = http_->requests().at(0).headers.at(0).second.substr(7);
  EXPECT_THAT(text, AllOf(Not(HasSubstr(jwt)), Not(HasSubstr(test_key().pem().substr(30, 40)))));
}

}  // namespace
}  // namespace github_stats
