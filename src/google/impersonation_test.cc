#include "google/impersonation.h"

#include "google/token_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kUrl =
    "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
    "b@p-1.iam.gserviceaccount.com:generateAccessToken";
constexpr const char* kLoginUrl = "https://oauth2.googleapis.com/token";

class ImpersonationTest : public TokenTest {
 protected:
  void SetUp() override { read(impersonation()); }

  static Fields impersonation() {
    return {{"type", R"("impersonated_service_account")"},
            {"service_account_impersonation_url", quoted(kUrl)},
            {"source_credentials", file_text(user_login())}};
  }

  static bool is_impersonation(const HttpRequest& request) { return request.url == kUrl; }
};

TEST_F(ImpersonationTest, ActsWithTheTokenOfTheSource) {
  EXPECT_EQ(token(), "token-2");
  EXPECT_THAT(urls(), ElementsAre(kLoginUrl, kUrl));
  EXPECT_EQ(request(1).method, HttpMethod::kPost);
  EXPECT_THAT(request(1).headers, ElementsAre(Pair("authorization", "Bearer token-1"),
                                              Pair("content-type", "application/json")));
  EXPECT_EQ(request(1).body,
            R"({"delegates":[],"scope":["https://www.googleapis.com/auth/cloud-platform"],)"
            R"("lifetime":"3600s"})");
  EXPECT_EQ(source_->description(),
            "service account b@p-1.iam.gserviceaccount.com, which the user login (/k/file.json) "
            "acts as");
  EXPECT_EQ(source_->project(), "p-2") << "the source's";
}

TEST_F(ImpersonationTest, DelegatesAreNamedAsTheApiWantsThem) {
  Fields file = impersonation();
  file["delegates"] = R"(["a@x.com","projects/-/serviceAccounts/c@x.com"])";
  file["quota_project_id"] = R"("p-7")";
  read(file);
  EXPECT_EQ(token(), "token-2");
  EXPECT_THAT(request(1).body, HasSubstr(R"("delegates":["projects/-/serviceAccounts/a@x.com",)"
                                         R"("projects/-/serviceAccounts/c@x.com"])"));
  EXPECT_EQ(source_->project(), "p-7");
}

TEST_F(ImpersonationTest, AWorkloadIdentityMayActForALifetimeOfItsOwn) {
  Fields file = workload_identity();
  file["service_account_impersonation_url"] = quoted(kUrl);
  file["service_account_impersonation"] = R"({"token_lifetime_seconds":1800})";
  read(file);
  EXPECT_EQ(token(), "token-2");
  EXPECT_THAT(urls(), ElementsAre("https://sts.googleapis.com/v1/token", kUrl));
  EXPECT_THAT(request(1).body, HasSubstr(R"("lifetime":"1800s")"));
}

TEST_F(ImpersonationTest, TheEndIsGivenByGooglesClock) {
  for (const Duration ahead : {Duration(0h), Duration(8h), Duration(-8h)}) {
    google_is_ahead_ = ahead;
    tokens_ = 0;
    read(impersonation());
    EXPECT_EQ(token(), "token-2");
    clock_.advance(56min);
    EXPECT_EQ(token(), "token-2");
    clock_.advance(1min);
    EXPECT_EQ(token(), "token-4") << "both are renewed";
  }
}

TEST_F(ImpersonationTest, ASourceTokenThatIsRefusedIsReplacedOnce) {
  bool first = true;
  answer_ = [&](const HttpRequest& request) {
    return is_impersonation(request) && std::exchange(first, false)
               ? Answer(http_answer(401, R"({"error":{"message":"expired"}})"))
               : std::nullopt;
  };
  EXPECT_EQ(token(), "token-3");
  EXPECT_THAT(urls(), ElementsAre(kLoginUrl, kUrl, kLoginUrl, kUrl));
  EXPECT_EQ(request(3).headers.at(0).second, "Bearer token-2");
  answer_ = [&](const HttpRequest& request) {
    return is_impersonation(request) ? Answer(http_answer(401, "")) : std::nullopt;
  };
  source_->refused("token-3");
  EXPECT_THAT(token(), HasSubstr("401"));
  EXPECT_EQ(http_.requests().size(), 7U);
}

TEST_F(ImpersonationTest, SaysWhichRoleIsMissing) {
  answer_ = [&](const HttpRequest& request) {
    return is_impersonation(request)
               ? Answer(http_answer(403, R"({"error":{"message":"Permission denied on token-1"}})"))
               : std::nullopt;
  };
  EXPECT_THAT(token(), AllOf(HasSubstr("403: Permission denied on (hidden)"),
                             HasSubstr("roles/iam.serviceAccountTokenCreator"),
                             HasSubstr("the user login (/k/file.json) has"), HasSubstr("b@p-1")));
}

TEST_F(ImpersonationTest, AFailureOfTheSourceIsTold) {
  answer_ = [](const HttpRequest&) { return http_answer(400, R"({"error":"invalid_grant"})"); };
  EXPECT_THAT(token(), AllOf(HasSubstr("no access token for the service account b@p-1"),
                             HasSubstr("no access token for the user login"),
                             HasSubstr("gcloud auth application-default login")));
}

TEST_F(ImpersonationTest, RefusesAnAnswerThatCannotBeUsed) {
  const std::pair<const char*, const char*> cases[] = {
      {"<html>", "no JSON object"},
      {R"({"expireTime":"2026-01-31T13:00:00Z"})", "no 'accessToken'"},
      {R"({"accessToken":"token-1"})", "no 'expireTime'"},
      {R"({"accessToken":"token-1","expireTime":"soon"})", "no time"},
      {R"({"accessToken":"token-1\n","expireTime":"2026-01-31T13:00:00Z"})", "no token"},
  };
  for (const auto& [body, said] : cases) {
    answer_ = [body = body](const HttpRequest& request) {
      return is_impersonation(request) ? Answer(http_answer(200, body)) : std::nullopt;
    };
    EXPECT_THAT(token(), HasSubstr(said));
  }
}

TEST(ImpersonationOf, IsAtGooglesOwnAddress) {
  EXPECT_EQ(impersonation_of("b@p-1.iam.gserviceaccount.com").url, kUrl);
  EXPECT_THAT(impersonation_of("../x?@y/z").url,
              HasSubstr("serviceAccounts/..%2Fx%3F@y%2Fz:generateAccessToken"));
  EXPECT_EQ(impersonation_at(kUrl)->email, "b@p-1.iam.gserviceaccount.com");
}

}  // namespace
}  // namespace github_stats
