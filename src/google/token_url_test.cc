#include "google/token_url.h"

#include <gmock/gmock.h>

namespace github_stats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(CheckTokenUrl, SecretsGoOverHttpsOrStayOnThisMachine) {
  for (const char* url :
       {"https://oauth2.googleapis.com/token", "https://h:8443/a?b=c&d=%20", "https://h",
        "http://localhost:1/token", "http://127.0.0.1/token", "http://[::1]:9/x",
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b.c:generate"}) {
    EXPECT_TRUE(check_token_url("token_uri", url)) << url;
  }
}

TEST(CheckTokenUrl, RefusesAllElseNamingTheHost) {
  const std::pair<const char*, const char*> cases[] = {
      {"http://evil.example/token", "'http://evil.example': only https"},
      {"http://169.254.169.254/x", "'http://169.254.169.254': only https"},
      {"http://localhost.evil.example/", "'http://localhost.evil.example': only https"},
      {"http://localhost@evil.example/", "'evil.example', which can't"},
      {"http://127.0.0.1\\@evil.example/", "which can't"},
      {"https://u:password@h/token", "'h', which can't"},
      {"file:///etc/passwd", "which can't"},
      {"ftp://h/x", "'ftp://h', which can't"},
      {"https://h/a b", "'https://h', which can't"},
      {"https://h/a\r\nx: y", "'https://h', which can't"},
      {"https://h/#f", "'https://h', which can't"},
      {"https://", "which can't"},
      {"", "which can't"},
  };
  for (const auto& [url, said] : cases) {
    const Status status = check_token_url("token_uri", url);
    ASSERT_FALSE(status) << url;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(status.error().message, AllOf(HasSubstr("its 'token_uri' leads to "),
                                              HasSubstr(said), Not(HasSubstr("password@"))));
  }
}

TEST(CheckSubjectTokenUrl, ACloudsLinkLocalAddressIsFine) {
  EXPECT_TRUE(check_subject_token_url(
      "url", "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"));
  EXPECT_TRUE(check_subject_token_url("url", "https://h/x"));
  EXPECT_FALSE(check_subject_token_url("url", "http://10.0.0.1/x"));
}

TEST(HostForMessages, CannotDriveTheTerminal) {
  EXPECT_EQ(host_for_messages("https://a\x1b[2J/x"), "'https://a?[2J'");
  EXPECT_EQ(host_for_messages("https://" + std::string(500, 'a')).size(), 102U);
}

}  // namespace
}  // namespace github_stats
