#include "config/credentials.h"

#include <gmock/gmock.h>

#include <fstream>
#include <type_traits>

#include "testing/temp_dir.h"

namespace github_stats {
namespace {

using testing::HasSubstr;
using testing::Not;
using Variables = std::map<std::string, std::string>;

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};
static_assert(!Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);

constexpr std::string_view kKey =
    "-----BEGIN RSA PRIVATE KEY-----\nMIIsecret\n-----END RSA PRIVATE KEY-----";

class Credentials : public testing::Test {
 protected:
  std::string file(std::string_view content) {
    const auto path = dir_.path() / std::to_string(++files_);
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }

  Result<GitHubCredentials> read(const Variables& environment, const Variables& env_file = {}) {
    std::string text;
    for (const auto& [name, value] : env_file) {
      text.append(name).append("='").append(value).append("'\n");
    }
    const auto raw = RawSettings::gather(
        {.environment = [&](const std::string& name) -> std::optional<std::string> {
           const auto found = environment.find(name);
           return found == environment.end() ? std::nullopt : std::optional(found->second);
         },
         .env_file = file(text)});
    EXPECT_TRUE(raw) << raw.error().describe();
    return read_github_credentials(raw->front());
  }

  // The tokens, joined by spaces.
  std::string tokens(const Variables& environment, const Variables& env_file = {}) {
    const auto credentials = read(environment, env_file);
    if (!credentials) {
      return "failed: " + credentials.error().describe();
    }
    std::string joined;
    for (const Secret& token : credentials->tokens) {
      joined += (joined.empty() ? "" : " ") + token.reveal();
    }
    return joined;
  }

  // The failure's text, which never shows the word "secret".
  std::string failure(const Variables& environment) {
    const auto credentials = read(environment);
    EXPECT_FALSE(credentials);
    if (credentials) {
      return "";
    }
    EXPECT_EQ(credentials.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(credentials.error().describe(), Not(HasSubstr("secret")));
    return credentials.error().describe();
  }

  TempDir dir_;
  int files_ = 0;
};

TEST_F(Credentials, MayBeMissing) {
  const auto credentials = read({});
  ASSERT_TRUE(credentials);
  EXPECT_TRUE(credentials->empty());
}

TEST_F(Credentials, OneTokenOrSeveral) {
  EXPECT_EQ(tokens({{"GITHUB_TOKEN", "ghp_a"}}), "ghp_a");
  EXPECT_EQ(tokens({{"GITHUB_TOKEN", " a, b ,c "}}), "a b c");
  EXPECT_EQ(tokens({{"GITHUB_TOKEN", "a,b,a"}}), "a b") << "the same budget counts once";
  EXPECT_EQ(tokens({{"GITHUB_TOKEN", "a\n"}}), "a");
}

TEST_F(Credentials, ATokenFileIsRead) {
  EXPECT_EQ(tokens({{"GITHUB_TOKEN_FILE", file("ghp_a\n")}}), "ghp_a");
  EXPECT_EQ(tokens({{"GITHUB_TOKEN_FILE", file("ghp_a,ghp_b\r\n")}}), "ghp_a ghp_b");
}

TEST_F(Credentials, MalformedTokensAreRefusedUnseen) {
  for (const std::string_view token : {"secret x", "secret\tx", "secret\nx", "secret\x01", "sécret",
                                       "secret,,b", "secret,", ",secret"}) {
    EXPECT_THAT(failure({{"GITHUB_TOKEN", std::string(token)}}),
                testing::AllOf(HasSubstr("GITHUB_TOKEN"), HasSubstr("(hidden)"),
                               HasSubstr("environment"), HasSubstr("allowed")));
    const std::string path = file(token);
    EXPECT_THAT(failure({{"GITHUB_TOKEN_FILE", path}}), HasSubstr(path));
  }
  EXPECT_THAT(failure({{"GITHUB_TOKEN_FILE", file("\n")}}), HasSubstr("allowed: a token"));
}

TEST_F(Credentials, AFileThatCannotBeReadIsNamedWithTheReason) {
  const std::string missing = (dir_.path() / "missing").string();
  EXPECT_THAT(failure({{"GITHUB_TOKEN_FILE", missing}}),
              testing::AllOf(HasSubstr("GITHUB_TOKEN_FILE"), HasSubstr(missing),
                             HasSubstr("No such file")));
  EXPECT_THAT(failure({{"GITHUB_TOKEN_FILE", dir_.path().string()}}), HasSubstr("Is a directory"));
  EXPECT_THAT(failure({{"GITHUB_TOKEN_FILE", file(std::string((1U << 20U) + 1, 'x'))}}),
              HasSubstr("larger"));
}

TEST_F(Credentials, TwoWaysFromOneSourceAreAnError) {
  EXPECT_THAT(failure({{"GITHUB_TOKEN", "secret"}, {"GITHUB_TOKEN_FILE", file("secret")}}),
              testing::AllOf(HasSubstr("GITHUB_TOKEN (environment)"),
                             HasSubstr("GITHUB_TOKEN_FILE (environment)"), HasSubstr("both")));
  EXPECT_THAT(failure({{"GITHUB_TOKEN", "secret"}, {"GITHUB_APP_ID", "1"}}), HasSubstr("both"));
  EXPECT_THAT(failure({{"GITHUB_APP_ID", "1"},
                       {"GITHUB_APP_PRIVATE_KEY", std::string(kKey)},
                       {"GITHUB_APP_PRIVATE_KEY_FILE", file(kKey)}}),
              HasSubstr("both"));
}

TEST_F(Credentials, OfTwoSourcesTheStrongerWins) {
  EXPECT_EQ(tokens({{"GITHUB_TOKEN", "a"}}, {{"GITHUB_TOKEN", "b"}}), "a");
  EXPECT_EQ(tokens({{"GITHUB_TOKEN", "a"}}, {{"GITHUB_TOKEN_FILE", "nowhere"}}), "a");
  EXPECT_EQ(tokens({{"GITHUB_TOKEN_FILE", file("a")}}, {{"GITHUB_TOKEN", "b"}}), "a");
  EXPECT_EQ(tokens({{"GITHUB_TOKEN", "a"}}, {{"GITHUB_APP_ID", "1"}}), "a");
}

TEST_F(Credentials, AnAppHasAnIdAKeyAndPerhapsAnInstallation) {
  const auto from_variable = read({{"GITHUB_APP_ID", "12"},
                                   {"GITHUB_APP_PRIVATE_KEY", std::string(kKey)},
                                   {"GITHUB_APP_INSTALLATION_ID", "34"}});
  ASSERT_TRUE(from_variable) << from_variable.error().describe();
  EXPECT_TRUE(from_variable->tokens.empty());
  EXPECT_EQ(from_variable->app->id, 12);
  EXPECT_EQ(from_variable->app->private_key.reveal(), kKey);
  EXPECT_EQ(from_variable->app->installation_id, 34);
  EXPECT_EQ(from_variable->app->key_origin, "GITHUB_APP_PRIVATE_KEY (environment)");
  const auto from_file = read(
      {{"GITHUB_APP_ID", "12"}, {"GITHUB_APP_PRIVATE_KEY_FILE", file(std::string(kKey) + "\n")}});
  ASSERT_TRUE(from_file) << from_file.error().describe();
  EXPECT_EQ(from_file->app->private_key.reveal(), kKey);
  EXPECT_EQ(from_file->app->installation_id, std::nullopt);
  EXPECT_THAT(from_file->app->key_origin, testing::StartsWith("GITHUB_APP_PRIVATE_KEY_FILE is '"));
}

TEST_F(Credentials, AnAppsKeyMayBeWrittenOnOneLine) {
  const auto credentials =
      read({{"GITHUB_APP_ID", "12"},
            {"GITHUB_APP_PRIVATE_KEY",
             "-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----\\n"}});
  ASSERT_TRUE(credentials) << credentials.error().describe();
  EXPECT_EQ(credentials->app->private_key.reveal(),
            "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n");
}

TEST_F(Credentials, AnAppsKeyMayHaveCarriageReturns) {
  const auto credentials =
      read({{"GITHUB_APP_ID", "12"},
            {"GITHUB_APP_PRIVATE_KEY_FILE",
             file("-----BEGIN PRIVATE KEY-----\r\nMII\r\n-----END PRIVATE KEY-----\r\n")}});
  ASSERT_TRUE(credentials) << credentials.error().describe();
  EXPECT_EQ(credentials->app->private_key.reveal(),
            "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----");
}

TEST_F(Credentials, HalfAnAppIsAnError) {
  EXPECT_THAT(failure({{"GITHUB_APP_ID", "12"}}), HasSubstr("GITHUB_APP_PRIVATE_KEY_FILE"));
  EXPECT_THAT(failure({{"GITHUB_APP_PRIVATE_KEY", std::string(kKey)}}),
              HasSubstr("GITHUB_APP_ID is not set"));
  EXPECT_THAT(failure({{"GITHUB_APP_INSTALLATION_ID", "34"}}),
              HasSubstr("GITHUB_APP_ID is not set"));
  EXPECT_THAT(failure({{"GITHUB_APP_ID", "Iv1"}, {"GITHUB_APP_PRIVATE_KEY", std::string(kKey)}}),
              HasSubstr("GITHUB_APP_ID is 'Iv1'"));
  EXPECT_THAT(failure({{"GITHUB_APP_ID", "12"}, {"GITHUB_APP_PRIVATE_KEY", "secret"}}),
              HasSubstr("PEM"));
  EXPECT_THAT(failure({{"GITHUB_APP_ID", "12"},
                       {"GITHUB_APP_PRIVATE_KEY", std::string(kKey)},
                       {"GITHUB_APP_INSTALLATION_ID", "0"}}),
              HasSubstr("GITHUB_APP_INSTALLATION_ID is '0'"));
}

}  // namespace
}  // namespace github_stats
