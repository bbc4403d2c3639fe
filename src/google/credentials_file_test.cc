#include "google/credentials_file.h"

#include "google/token_fixture.h"

namespace github_stats {
namespace {

using testing::HasSubstr;

class CredentialsFileTest : public TokenTest {
 protected:
  struct Case {
    std::string field;
    std::string value;  // JSON; empty: the field is missing
    std::string said;
  };

  void expect_refusals(const Fields& good, const std::vector<Case>& cases) {
    EXPECT_EQ(refusal(file_text(good)), "accepted");
    for (const Case& c : cases) {
      Fields file = good;
      file[c.field] = c.value;
      if (c.value.empty()) {
        file.erase(c.field);
      }
      EXPECT_THAT(refusal(file_text(file)), HasSubstr(c.said)) << c.field << ": " << c.value;
    }
  }
};

TEST_F(CredentialsFileTest, MustBeAnObjectOfAKnownType) {
  for (const char* text : {"", "1//refresh", "[]", "{\"type\":", "\"client-secret\""}) {
    EXPECT_EQ(refusal(text), "it is no JSON object");
  }
  EXPECT_EQ(refusal("{}"), "it has no 'type'");
  EXPECT_EQ(refusal(R"({"type":1})"), "its 'type' is no text");
  EXPECT_THAT(refusal(R"({"type":"gdch\u001b"})"), HasSubstr("is 'gdch?', which is not supported"));
  EXPECT_THAT(refusal(R"({"type":"x"})"), HasSubstr("external_account"));
}

TEST_F(CredentialsFileTest, AServiceAccountNeedsItsKey) {
  const std::string encrypted = quoted(test_key().pem(PemForm::kPkcs8Encrypted));
  expect_refusals(
      service_account(),
      {{"private_key", "", "it has no 'private_key'"},
       {"private_key", "7", "its 'private_key' is no text"},
       {"private_key", R"("client-secret")", "its 'private_key' can't be used: the key"},
       {"private_key", encrypted, "passphrase"},
       {"client_email", R"("")", "it has no 'client_email'"},
       {"project_id", "1", "its 'project_id' is no text"},
       {"token_uri", R"("http://evil.example/t")", "leads to 'http://evil.example'"},
       {"token_uri", "[]", "its 'token_uri' is no text"}});
}

TEST_F(CredentialsFileTest, ALoginNeedsItsSecrets) {
  expect_refusals(user_login(),
                  {{"client_id", "", "it has no 'client_id'"},
                   {"client_secret", "null", "it has no 'client_secret'"},
                   {"refresh_token", "", "it has no 'refresh_token'"},
                   {"refresh_token", R"(["1//refresh"])", "its 'refresh_token' is no text"},
                   {"token_uri", R"("http://evil.example/t")", "leads to 'http://evil.example'"}});
}

TEST_F(CredentialsFileTest, AWorkloadIdentityNeedsASourceThatIsSupported) {
  expect_refusals(
      workload_identity(),
      {{"audience", "", "it has no 'audience'"},
       {"subject_token_type", "", "it has no 'subject_token_type'"},
       {"token_url", R"("http://evil.example/t")", "leads to 'http://evil.example'"},
       {"client_id", R"("x")", "'client_id' (client authentication) is not supported"},
       {"credential_source", "", "it has no 'credential_source'"},
       {"credential_source", R"("x")", "its 'credential_source' is no object"},
       {"credential_source", R"({"environment_id":"aws1"})", "is AWS ('environment_id')"},
       {"credential_source", R"({"executable":{}})", "is an executable ('executable')"},
       {"credential_source", R"({"certificate":{}})", "is a certificate ('certificate')"},
       {"credential_source", "{}", "must have one of 'file' and 'url'"},
       {"credential_source", R"({"file":"a","url":"https://b"})", "must have one of"},
       {"credential_source", R"({"file":1})", "its 'file' is no text"},
       {"credential_source", R"({"url":"http://10.0.0.1/x"})", "leads to 'http://10.0.0.1'"},
       {"credential_source", R"({"url":"https://h","headers":{"a":1}})", "no object of texts"},
       {"credential_source", R"({"url":"https://h","headers":{"a":"x\r\nb: y"}})", "be sent"},
       {"credential_source", R"({"url":"https://h","headers":{"a: b\n":"x"}})", "be sent"},
       {"credential_source", R"({"file":"a","format":{"type":"xml"}})", "neither text nor json"},
       {"credential_source", R"({"file":"a","format":{"type":"json"}})",
        "it has no 'subject_token_field_name'"},
       {"service_account_impersonation_url", R"("http://evil.example/x@y:generateAccessToken")",
        "leads to 'http://evil.example'"},
       {"service_account_impersonation_url", R"("https://h/x@y:signBlob")", "does not end in"},
       {"service_account_impersonation_url", R"("https://h/:generateAccessToken")",
        "does not end in"}});
  Fields acting = workload_identity();
  acting["service_account_impersonation_url"] = R"("https://h/x@y:generateAccessToken")";
  expect_refusals(acting, {{"service_account_impersonation", "1", "is no object"},
                           {"service_account_impersonation", R"({"token_lifetime_seconds":60})",
                            "not within 600 and 43200"},
                           {"service_account_impersonation", R"({"token_lifetime_seconds":"x"})",
                            "is no whole number"}});
}

TEST_F(CredentialsFileTest, AnImpersonationNeedsASource) {
  Fields login_without_token = user_login();
  login_without_token.erase("refresh_token");
  const Fields good = {
      {"type", R"("impersonated_service_account")"},
      {"service_account_impersonation_url", R"("https://h/x@y:generateAccessToken")"},
      {"source_credentials", file_text(user_login())}};
  expect_refusals(
      good, {{"service_account_impersonation_url", "", "no 'service_account_impersonation_url'"},
             {"service_account_impersonation_url", R"("http://evil.example/x:generateAccessToken")",
              "leads to 'http://evil.example'"},
             {"delegates", R"([1])", "its 'delegates' is no list of texts"},
             {"source_credentials", "", "no 'source_credentials'"},
             {"source_credentials", "{}", "its 'source_credentials': it has no 'type'"},
             {"source_credentials", file_text(login_without_token),
              "its 'source_credentials': it has no 'refresh_token'"},
             {"source_credentials", file_text(good),
              "'impersonated_service_account', which is not supported"}});
}

}  // namespace
}  // namespace github_stats
