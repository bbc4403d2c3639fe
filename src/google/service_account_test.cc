#include "google/service_account.h"

#include "google/token_fixture.h"

namespace github_stats {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class ServiceAccountTest : public TokenTest {
 protected:
  void SetUp() override { read(service_account()); }

  // The claims of the n-th request's JWT, whose signature is checked.
  std::string claims(size_t n) const {
    const std::string jwt = form_fields(request(n).body).at("assertion");
    const size_t first = jwt.find('.');
    const size_t last = jwt.rfind('.');
    EXPECT_TRUE(test_key().verifies(jwt.substr(0, last), from_base64url(jwt.substr(last + 1))));
    return from_base64url(jwt.substr(first + 1, last - first - 1));
  }

  static std::string claims_at(Time now) {
    const auto issued =
        std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() - 60;
    return R"({"iss":"stats@p-1.iam.gserviceaccount.com",)"
           R"("scope":"https://www.googleapis.com/auth/cloud-platform",)"
           R"("aud":"https://oauth2.googleapis.com/token","iat":)" +
           std::to_string(issued) + R"(,"exp":)" + std::to_string(issued + 3600) + "}";
  }
};

const HttpResponse kInvalidGrant =
    http_answer(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature."})");

TEST_F(ServiceAccountTest, ProvesItsKeyAndIsGivenAToken) {
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(token(), "token-1") << "one is enough";
  EXPECT_THAT(urls(), ElementsAre("https://oauth2.googleapis.com/token"));
  EXPECT_EQ(form_fields(request(0).body).at("grant_type"),
            "urn:ietf:params:oauth:grant-type:jwt-bearer");
  EXPECT_EQ(form_fields(request(0).body).size(), 2U);
  EXPECT_EQ(claims(0), claims_at(clock_.now()));
  EXPECT_EQ(source_->description(),
            "service account stats@p-1.iam.gserviceaccount.com (key file /k/file.json)");
  EXPECT_EQ(source_->project(), "p-1");
}

TEST_F(ServiceAccountTest, RenewsEarly) {
  EXPECT_EQ(token(), "token-1");
  clock_.advance(57min);
  EXPECT_EQ(token(), "token-2");
  EXPECT_EQ(claims(1), claims_at(clock_.now()));
}

TEST_F(ServiceAccountTest, AsksGoogleItselfUnlessTheFileSaysOtherwise) {
  Fields file = service_account();
  file.erase("token_uri");
  file["project_id"] = "null";
  file["quota_project_id"] = R"("p-3")";
  read(file);
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(request(0).url, "https://oauth2.googleapis.com/token");
  EXPECT_EQ(source_->project(), "p-3");
}

TEST_F(ServiceAccountTest, LearnsGooglesTimeFromARefusal) {
  for (const Duration ahead : {Duration(8h), Duration(-8h)}) {
    google_is_ahead_ = ahead;
    tokens_ = 0;
    read(service_account());
    bool first = true;
    answer_ = [&](const HttpRequest&) {
      return std::exchange(first, false) ? Answer(dated(kInvalidGrant)) : std::nullopt;
    };
    const size_t before = http_.requests().size();
    EXPECT_EQ(token(), "token-1");
    EXPECT_EQ(claims(before), claims_at(clock_.now()));
    EXPECT_EQ(claims(before + 1), claims_at(clock_.now() + ahead));
    EXPECT_TRUE(clock_.sleeps().empty());
  }
}

TEST_F(ServiceAccountTest, ExplainsARefusal) {
  answer_ = [&](const HttpRequest&) { return dated(kInvalidGrant); };
  EXPECT_THAT(token(), AllOf(HasSubstr("no access token for the service account stats@p-1"),
                             HasSubstr("400: Invalid JWT Signature. (invalid_grant)"),
                             HasSubstr("key may have been deleted"), HasSubstr("clock")));
  EXPECT_EQ(http_.requests().size(), 1U) << "the clocks agree: it would be refused again";
}

TEST_F(ServiceAccountTest, AWrongClockIsBlamedOnlyOnce) {
  google_is_ahead_ = 8h;
  answer_ = [&](const HttpRequest&) { return dated(kInvalidGrant); };
  EXPECT_THAT(token(), HasSubstr("invalid_grant"));
  EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(ServiceAccountTest, NeverShowsAJwt) {
  answer_ = [](const HttpRequest& request) {
    return http_answer(400, "you sent " + form_fields(request.body).at("assertion"));
  };
  const std::string text = token();
  EXPECT_THAT(text, HasSubstr("you sent (hidden)"));
}

}  // namespace
}  // namespace github_stats
