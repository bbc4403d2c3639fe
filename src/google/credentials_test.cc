#include "google/credentials.h"

#include "google/token_fixture.h"

namespace github_stats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class CredentialsTest : public TokenTest {
 protected:
  CredentialsTest() {
    options_.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      return found == environment_.end() ? std::nullopt : std::optional(found->second);
    };
    options_.random = [] { return 0.5; };
    environment_["HOME"] = (dir_.path() / "home").string();
  }

  Result<std::unique_ptr<AccessTokenSource>> find() {
    return find_google_credentials(http_, clock_, options_, {});
  }

  // Whose credentials are found, or why none are.
  std::string found() {
    const auto source = find();
    return source ? (*source)->description()
                  : std::string(to_string(source.error().code)) + ": " +
                        no_secrets(source.error().describe());
  }

  void no_metadata_server() {
    answer_ = [](const HttpRequest&) { return fail(ErrorCode::kUnavailable, "no route to it"); };
  }

  std::map<std::string, std::string> environment_;
  GoogleCredentialsOptions options_;
};

constexpr const char* kLogin = ".config/gcloud/application_default_credentials.json";

TEST_F(CredentialsTest, AreLookedForInGooglesOrder) {
  EXPECT_THAT(found(), HasSubstr("metadata server at 169.254.169.254"));
  environment_["GCE_METADATA_HOST"] = "h:1";
  EXPECT_THAT(found(), HasSubstr("metadata server at h:1"));

  const std::string home = write(std::string("home/") + kLogin, file_text(user_login()));
  EXPECT_EQ(found(), "user login (" + home + ")");

  environment_["CLOUDSDK_CONFIG"] = (dir_.path() / "sdk").string();
  EXPECT_THAT(found(), HasSubstr("metadata server")) << "gcloud's folder is elsewhere";
  const std::string sdk =
      write("sdk/application_default_credentials.json", file_text(user_login()));
  EXPECT_EQ(found(), "user login (" + sdk + ")");

  const std::string key = write("key.json", file_text(service_account()));
  options_.credentials_file = key;
  EXPECT_THAT(found(), HasSubstr("(key file " + key + ")"));
}

TEST_F(CredentialsTest, AskForNoTokenBeforeItIsNeeded) {
  options_.credentials_file = write("key.json", file_text(service_account()));
  const auto source = find();
  ASSERT_TRUE(source);
  EXPECT_TRUE(http_.requests().empty());
  EXPECT_EQ((*source)->token({}), "token-1");
}

TEST_F(CredentialsTest, AFileThatCannotBeUsedEndsTheSearch) {
  write(std::string("home/") + kLogin, file_text(user_login()));
  Fields file = service_account();
  file.erase("private_key");
  options_.credentials_file = write("key.json", file_text(file));
  EXPECT_THAT(found(), AllOf(StartsWith("invalid_argument: GOOGLE_APPLICATION_CREDENTIALS names " +
                                        *options_.credentials_file + ": it has no 'private_key'; "),
                             HasSubstr("gcloud auth application-default login")));
  options_.credentials_file = "/nowhere/key.json";
  EXPECT_THAT(found(), AllOf(StartsWith("invalid_argument"), HasSubstr("No such file")));
  options_.credentials_file =
      write("large.json", file_text(user_login()) + std::string(1U << 20U, ' '));
  EXPECT_THAT(found(), AllOf(StartsWith("invalid_argument"), HasSubstr("larger than 1 MiB")));

  options_.credentials_file.reset();
  const std::string login = write(std::string("home/") + kLogin, R"({"type":"authorized_user"})");
  EXPECT_THAT(found(), AllOf(StartsWith("invalid_argument: gcloud's login, " + login),
                             HasSubstr("it has no 'client_id'")));
  std::filesystem::remove(login);
  std::filesystem::create_directory(login);
  EXPECT_THAT(found(), AllOf(StartsWith("invalid_argument"), HasSubstr("Is a directory")));
  EXPECT_TRUE(http_.requests().empty());
}

TEST_F(CredentialsTest, WithNoneItSaysWhereWasLooked) {
  no_metadata_server();
  EXPECT_THAT(found(),
              AllOf(StartsWith("unauthenticated: there are no credentials for Google Cloud"),
                    HasSubstr("GOOGLE_APPLICATION_CREDENTIALS is not set"),
                    HasSubstr("no gcloud login at " + environment_["HOME"] + "/" + kLogin),
                    HasSubstr("no route to it"),
                    HasSubstr("; run 'gcloud auth application-default login', or set "
                              "GOOGLE_APPLICATION_CREDENTIALS")));
  environment_ = {{"HOME", ""}};
  EXPECT_THAT(found(), HasSubstr("neither CLOUDSDK_CONFIG nor HOME is set"));
  environment_ = {{"HOME", "/dev/null"}};
  EXPECT_THAT(found(), HasSubstr("no gcloud login at /dev/null/"));
  environment_ = {{"GCE_METADATA_HOST", "a b"}};
  EXPECT_THAT(found(), StartsWith("invalid_argument: GCE_METADATA_HOST is 'a b'"));
  options_.environment = nullptr;
  EXPECT_THAT(found(), StartsWith("unauthenticated"));
}

TEST_F(CredentialsTest, ThoseThatAreFoundMayActAsAServiceAccount) {
  options_.credentials_file = write("key.json", file_text(service_account()));
  options_.impersonate = "b@p-1.iam.gserviceaccount.com";
  const auto source = find();
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->token({}), "token-2");
  EXPECT_EQ(request(1).url,
            "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
            "b@p-1.iam.gserviceaccount.com:generateAccessToken");
  EXPECT_EQ(request(1).headers.at(0).second, "Bearer token-1");
  EXPECT_EQ((*source)->project(), "p-1");
  EXPECT_THAT((*source)->description(),
              AllOf(StartsWith("service account b@p-1.iam"), HasSubstr("stats@p-1.iam")));
}

TEST_F(CredentialsTest, ImpersonationGoesOnTopOfImpersonation) {
  options_.credentials_file =
      write("file.json", file_text({{"type", R"("impersonated_service_account")"},
                                    {"service_account_impersonation_url",
                                     R"("https://h/a@x.com:generateAccessToken")"},
                                    {"source_credentials", file_text(user_login())}}));
  options_.impersonate = "b@x.com";
  const auto source = find();
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->token({}), "token-3");
  EXPECT_EQ(request(2).headers.at(0).second, "Bearer token-2");
}

}  // namespace
}  // namespace github_stats
