#include "google/user_login.h"

#include "google/token_fixture.h"

namespace github_stats {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class UserLoginTest : public TokenTest {
 protected:
  void SetUp() override { read(user_login()); }
};

TEST_F(UserLoginTest, ExchangesTheRefreshToken) {
  EXPECT_EQ(token(), "token-1");
  EXPECT_THAT(urls(), ElementsAre("https://oauth2.googleapis.com/token"));
  EXPECT_THAT(
      form_fields(request(0).body),
      ElementsAre(Pair("client_id", "client.apps"), Pair("client_secret", "client-secret"),
                  Pair("grant_type", "refresh_token"), Pair("refresh_token", "1//refresh")));
  EXPECT_EQ(source_->description(), "user login (/k/file.json)");
  EXPECT_EQ(source_->project(), "p-2");
}

TEST_F(UserLoginTest, GoesWhereTheFileSays) {
  Fields file = user_login();
  file["token_uri"] = R"("http://127.0.0.1:9/token")";
  file.erase("quota_project_id");
  read(file);
  EXPECT_EQ(token(), "token-1");
  EXPECT_EQ(request(0).url, "http://127.0.0.1:9/token");
  EXPECT_EQ(source_->project(), std::nullopt);
}

TEST_F(UserLoginTest, ALoginThatWasRevokedIsToBeRepeated) {
  answer_ = [](const HttpRequest&) {
    return http_answer(400, R"({"error":"invalid_grant","error_description":)"
                            R"("Token has been expired or revoked: 1\/\/refresh"})");
  };
  EXPECT_THAT(token(), AllOf(HasSubstr("no access token for the user login (/k/file.json)"),
                             HasSubstr("expired or revoked"), HasSubstr("(invalid_grant)"),
                             HasSubstr("gcloud auth application-default login")));
}

TEST_F(UserLoginTest, NothingThatIsSentIsShown) {
  answer_ = [](const HttpRequest& request) { return http_answer(401, request.body); };
  EXPECT_THAT(token(), AllOf(HasSubstr("(hidden)"), HasSubstr("client.apps")));
}

}  // namespace
}  // namespace github_stats
