#include "config/privacy_key.h"

#include <gmock/gmock.h>

#include <fstream>
#include <map>

#include "config/settings.h"
#include "testing/temp_dir.h"

namespace github_stats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Variables = std::map<std::string, std::string>;

class PrivacyKey : public testing::Test {
 protected:
  Result<Settings> load(Variables environment, Variables flags = {}) {
    return load_settings(
        {.flags = std::move(flags),
         .environment = [environment = std::move(environment)](
                            const std::string& name) -> std::optional<std::string> {
           const auto found = environment.find(name);
           return found == environment.end() ? std::nullopt : std::optional(found->second);
         },
         .env_file = file("")});
  }

  std::string failure(Variables environment, Variables flags = {}) {
    const auto settings = load(std::move(environment), std::move(flags));
    EXPECT_FALSE(settings);
    return settings ? "" : settings.error().describe();
  }

  std::string file(std::string_view text) {
    const auto path = dir_.path() / std::to_string(++files_);
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  TempDir dir_;
  int files_ = 0;
};

TEST_F(PrivacyKey, ComesFromAVariableOrAFile) {
  const auto settings = load({{"PRIVACY", "hashed"}, {"PRIVACY_KEY", "0123456789abcdef"}});
  ASSERT_TRUE(settings) << settings.error().describe();
  EXPECT_EQ(settings->privacy, Privacy::kHashed);
  EXPECT_EQ(settings->privacy_key.reveal(), "0123456789abcdef");
  EXPECT_TRUE(check_privacy_key(*settings));
  const auto from_file = load({{"PRIVACY_KEY_FILE", file(" 0123456789abcdef\r\n")}});
  ASSERT_TRUE(from_file) << from_file.error().describe();
  EXPECT_EQ(from_file->privacy, Privacy::kFull);
  EXPECT_EQ(from_file->privacy_key.reveal(), "0123456789abcdef");
}

TEST_F(PrivacyKey, IsNeededByHashedAlone) {
  for (const std::string privacy : {"full", "no-bodies"}) {
    const auto settings = load({{"PRIVACY", privacy}});
    ASSERT_TRUE(settings);
    EXPECT_TRUE(check_privacy_key(*settings)) << privacy;
  }
  const auto settings = load({}, {{"PRIVACY", "hashed"}});
  ASSERT_TRUE(settings) << "other commands than those that collect need no key";
  const Status status = check_privacy_key(*settings);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(status.error().describe(),
              AllOf(HasSubstr("PRIVACY_KEY"), HasSubstr("openssl rand -hex 32")));
}

TEST_F(PrivacyKey, MustBeLongAndIsNotShown) {
  for (const Variables& variables :
       {Variables{{"PRIVACY_KEY", "0123456789abcde"}},
        Variables{{"PRIVACY_KEY_FILE", file("0123456789abcde\n\n")}}}) {
    EXPECT_THAT(failure(variables), AllOf(HasSubstr("PRIVACY_KEY"), HasSubstr("16 characters"),
                                          HasSubstr("openssl"), Not(HasSubstr("0123"))));
  }
  EXPECT_THAT(failure({{"PRIVACY_KEY_FILE", file("")}}), HasSubstr("16 characters"));
  const auto settings = load({{"PRIVACY_KEY", "0123456789abcdef"}});
  ASSERT_TRUE(settings);
  for (const EffectiveSetting& setting : settings->effective) {
    EXPECT_THAT(setting.value, Not(HasSubstr("0123"))) << setting.variable;
  }
}

TEST_F(PrivacyKey, MustBeGivenInOneWay) {
  EXPECT_THAT(
      failure({{"PRIVACY_KEY", "0123456789abcdef"}, {"PRIVACY_KEY_FILE", "key"}}),
      AllOf(HasSubstr("PRIVACY_KEY"), HasSubstr("PRIVACY_KEY_FILE"), HasSubstr("both set")));
  EXPECT_THAT(failure({{"PRIVACY_KEY_FILE", "/no/such/file"}}),
              AllOf(HasSubstr("PRIVACY_KEY_FILE"), HasSubstr("/no/such/file")));
}

TEST_F(PrivacyKey, PrivacyIsOneOfThree) {
  EXPECT_EQ(load({{"PRIVACY", "No-Bodies"}})->privacy, Privacy::kNoBodies);
  EXPECT_EQ(load({{"PRIVACY", "no-bodies"}}, {{"PRIVACY", "full"}})->privacy, Privacy::kFull);
  EXPECT_THAT(failure({}, {{"PRIVACY", "anonymous"}}),
              AllOf(HasSubstr("PRIVACY is 'anonymous' (flag --privacy)"),
                    HasSubstr("full, no-bodies or hashed")));
}

}  // namespace
}  // namespace github_stats
