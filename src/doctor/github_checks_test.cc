#include "doctor/github_checks.h"

#include <gmock/gmock.h>

#include <map>

#include "testing/fake_clock.h"
#include "testing/rsa_keys.h"
#include "testing/scripted_http.h"

namespace github_stats::doctor {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

constexpr const char* kToken = "ghp_distinctive0123456789";

HttpResponse answer(int status, std::string body) { return {status, {}, std::move(body)}; }

const std::string kOwner =
    R"({"data":{"viewer":{"login":"robin"},"repositoryOwner":{"__typename":"Organization",)"
    R"("login":"acme","all":{"totalCount":3},"private":{"totalCount":1}}}})";
const std::string kSample =
    R"({"data":{"repositoryOwner":{"repositories":{"nodes":[null,{"name":"web",)"
    R"("pullRequests":{"nodes":[{"number":7}]}}]}}}})";

// A GitHub whose answers tests replace, by what a request's address or body holds.
class GitHubChecksTest : public testing::Test {
 protected:
  void SetUp() override {
    settings_.github_api_url = "https://api.github.com";
    settings_.github_org = "acme";
    settings_.github_credentials.tokens = {Secret(kToken)};
    answers_["/rate_limit"] = answer(
        200, R"({"resources":{"graphql":{"limit":5000,"remaining":4990,"reset":1769864400}}})");
    answers_["/rate_limit"].headers = {
        {"date", "Sat, 31 Jan 2026 12:00:00 GMT"},
        {"x-oauth-scopes", "repo, read:org"},
        {"github-authentication-token-expiration", "2026-02-10 12:00:00 UTC"}};
    answers_["DoctorOwner"] = answer(200, kOwner);
    answers_["DoctorPullRequest"] = answer(200, kSample);
  }

  Result<HttpResponse> respond(const HttpRequest& request) {
    ++asked_;
    for (const auto& [part, response] : answers_) {
      if (request.url.ends_with(part) || request.body.find(part) != std::string::npos) {
        return response;
      }
    }
    return fail(ErrorCode::kUnavailable, "no answer from " + request.url, "check the network");
  }

  // By id. No text may hold the token.
  std::map<std::string, Finding> check() {
    asked_ = 0;
    const auto http = std::make_shared<ScriptedHttp>(
        [this](const HttpRequest& request) { return respond(request); });
    const Parts parts{.settings = settings_,
                      .version = "1",
                      .clock = clock_,
                      .http = http,
                      .app_options = [this] { return app_options(); },
                      .google = {},
                      .bucket = {},
                      .dataset = {}};
    std::map<std::string, Finding> told;
    check_github(parts, [&](const Finding& finding) {
      EXPECT_THAT(finding.detail + finding.remedy, Not(HasSubstr("distinctive"))) << finding.id;
      EXPECT_TRUE(told.emplace(finding.id, finding).second) << finding.id << " comes twice";
    });
    return told;
  }

  static Result<GitHubAppOptions> app_options() {
    static const TestKey kKey;
    auto key = RsaKey::from_pem(kKey.pem());
    return GitHubAppOptions{.api_url = "https://api.github.com",
                            .app_id = 12,
                            .key = *std::move(key),
                            .installation_id = 34,
                            .owner = "acme",
                            .random = [] { return 0.5; }};
  }

  void use_app() {
    settings_.github_credentials.tokens.clear();
    settings_.github_credentials.app = GitHubApp{.id = 12};
    answers_["/app"] = answer(200, R"({"id":12,"name":"Stats"})");
    answers_["/app/installations/34"] =
        answer(200, R"({"id":34,"account":{"login":"acme"},"repository_selection":"selected",)"
                    R"("suspended_at":null,"permissions":{"contents":"read","issues":"read",)"
                    R"("metadata":"read","pull_requests":"read"}})");
    answers_["/access_tokens"] =
        answer(201, R"({"token":"ghs_distinctive","expires_at":"2026-01-31T13:00:00Z"})");
  }

  FakeClock clock_;
  Settings settings_;
  std::map<std::string, HttpResponse> answers_;
  int asked_ = 0;
};

TEST_F(GitHubChecksTest, TellsOfATokenThatIsGood) {
  const auto told = check();
  EXPECT_EQ(told.at("github.token.1").detail, "a classic token of the user robin");
  EXPECT_EQ(told.at("github.token.1.scopes").detail, "repo, read:org");
  EXPECT_EQ(told.at("github.token.1.expiry").health, Health::kWarning);
  EXPECT_THAT(told.at("github.token.1.limits").detail, HasSubstr("4990 of 5000"));
  EXPECT_EQ(told.at("github.token.1.organisation").health, Health::kOk);
  EXPECT_THAT(told.at("github.token.1.pull_requests").detail, HasSubstr("web#7"));
  EXPECT_EQ(told.at("clock.github").health, Health::kOk);
  EXPECT_THAT(told, Not(Contains(Key("github.server"))));
}

TEST_F(GitHubChecksTest, ChecksEachTokenOnItsOwn) {
  settings_.github_credentials.tokens = {Secret("github_pat_distinctive"), Secret(kToken)};
  answers_["/rate_limit"].headers.erase("x-oauth-scopes");
  const auto told = check();
  EXPECT_THAT(told.at("github.token.1").detail, HasSubstr("fine-grained"));
  EXPECT_THAT(told.at("github.token.2").detail, HasSubstr("classic"));
  EXPECT_THAT(told, Not(Contains(Key("github.token.1.scopes"))));
  EXPECT_EQ(told.at("github.token.2.organisation").health, Health::kOk);
}

TEST_F(GitHubChecksTest, SaysThatATokenIsRefused) {
  answers_["/rate_limit"] =
      answer(401, R"({"message":"Bad credentials, you sent ghp_distinctive0123456789"})");
  const auto told = check();
  EXPECT_EQ(told.at("github.token.1").health, Health::kFailed);
  EXPECT_THAT(told.at("github.token.1").detail, HasSubstr("401"));
  EXPECT_THAT(told.at("github.token.1").remedy, HasSubstr("GITHUB_TOKEN"));
  EXPECT_EQ(asked_, 1) << "the rest would fail alike";
}

TEST_F(GitHubChecksTest, AsksTwiceWhenNoAnswerComesAndThenNoMore) {
  answers_.clear();
  settings_.github_credentials.tokens.emplace_back("another");
  const auto told = check();
  EXPECT_EQ(told.at("github.token.1").health, Health::kFailed);
  EXPECT_EQ(told.at("github.token.2").health, Health::kSkipped);
  EXPECT_EQ(told.at("clock.github").health, Health::kSkipped);
  EXPECT_EQ(asked_, 2);
}

TEST_F(GitHubChecksTest, SkipsPullRequestsWhereNothingIsSeen) {
  answers_["DoctorOwner"] =
      answer(200, R"({"data":{"viewer":{"login":"robin"},"repositoryOwner":null}})");
  const auto told = check();
  EXPECT_EQ(told.at("github.token.1").health, Health::kOk);
  EXPECT_EQ(told.at("github.token.1.organisation").health, Health::kFailed);
  EXPECT_EQ(told.at("github.token.1.pull_requests").health, Health::kSkipped);
}

TEST_F(GitHubChecksTest, KnowsAServerWithoutLimitsAndItsVersion) {
  settings_.github_api_url = "https://github.example/api/v3";
  answers_["/rate_limit"] = answer(404, R"({"message":"Rate limiting is not enabled."})");
  answers_["/meta"] = answer(200, R"({"installed_version":"3.14.2"})");
  const auto told = check();
  EXPECT_THAT(told.at("github.server").detail, HasSubstr("Enterprise Server 3.14.2"));
  EXPECT_EQ(told.at("github.token.1.limits").health, Health::kOk);
  EXPECT_THAT(told.at("github.token.1.limits").detail, HasSubstr("keeps none"));
}

TEST_F(GitHubChecksTest, KnowsAnAddressThatIsNotGitHubs) {
  answers_["/rate_limit"] = answer(200, "<html>Sign in</html>");
  EXPECT_THAT(check().at("github.token.1").detail, HasSubstr("not from GitHub's API"));
  answers_["/rate_limit"] = answer(404, R"({"message":"Not Found"})");
  EXPECT_THAT(check().at("github.token.1").remedy, HasSubstr("GITHUB_API_URL"));
}

TEST_F(GitHubChecksTest, SaysThatThereAreNoCredentials) {
  settings_.github_credentials.tokens.clear();
  const auto told = check();
  EXPECT_EQ(told.size(), 1U);
  EXPECT_EQ(told.at("github.credentials").health, Health::kFailed);
  EXPECT_FALSE(told.at("github.credentials").remedy.empty());
}

TEST_F(GitHubChecksTest, TellsOfAnAppThatIsGood) {
  use_app();
  const auto told = check();
  EXPECT_EQ(told.at("github.app").detail, "Stats (12)");
  EXPECT_EQ(told.at("github.app.installation").detail, "number 34 for acme, selected repositories");
  EXPECT_EQ(told.at("github.app.permissions").health, Health::kOk);
  EXPECT_EQ(told.at("github.app.token").health, Health::kOk);
  EXPECT_EQ(told.at("github.app.organisation").health, Health::kOk);
  EXPECT_EQ(told.at("github.app.pull_requests").health, Health::kOk);
}

TEST_F(GitHubChecksTest, SaysWhatAnAppLacks) {
  use_app();
  answers_["/app/installations/34"] =
      answer(200, R"({"id":34,"account":{"login":"acme"},"repository_selection":"all",)"
                  R"("suspended_at":"2026-01-01T00:00:00Z","permissions":{"metadata":"read"}})");
  const auto told = check();
  EXPECT_EQ(told.at("github.app.installation").health, Health::kFailed);
  EXPECT_THAT(told.at("github.app.installation").detail, HasSubstr("suspended since 2026-01-01"));
  EXPECT_THAT(told.at("github.app.permissions").detail,
              AllOf(HasSubstr("contents"), HasSubstr("pull_requests"), Not(HasSubstr("metadata"))));
  EXPECT_THAT(told, Not(Contains(Key("github.app.token"))));
}

TEST_F(GitHubChecksTest, SaysThatAnAppIsRefused) {
  use_app();
  answers_["/app"] = answer(401, R"({"message":"A JSON web token could not be decoded"})");
  const auto told = check();
  EXPECT_EQ(told.at("github.app").health, Health::kFailed);
  EXPECT_THAT(told.at("github.app").remedy, HasSubstr("GITHUB_APP_PRIVATE_KEY"));
}

TEST_F(GitHubChecksTest, TellsOfAClockThatIsWrong) {
  answers_["/rate_limit"].headers["github-authentication-token-expiration"] =
      "2026-02-10 12:05:00 UTC";
  clock_.jump(10min);
  const auto told = check();
  EXPECT_EQ(told.at("clock.github").health, Health::kFailed);
  EXPECT_THAT(told.at("github.token.1.expiry").detail, HasSubstr("10 days"))
      << "GitHub's clock counts";
}

}  // namespace
}  // namespace github_stats::doctor
