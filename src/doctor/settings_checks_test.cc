#include "doctor/settings_checks.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "testing/temp_dir.h"

namespace github_stats::doctor {
namespace {

using testing::HasSubstr;

class SettingsChecksTest : public testing::Test {
 protected:
  std::string make_file(const char* name, mode_t mode) {
    const std::string path = dir_.path() / name;
    std::ofstream(path) << "x";
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  Findings check(std::vector<EffectiveSetting> effective) {
    Settings settings;
    settings.effective = std::move(effective);
    Findings told;
    check_settings(settings, [&](Finding finding) { told.push_back(std::move(finding)); });
    return told;
  }

  TempDir dir_;
};

TEST_F(SettingsChecksTest, CountsWhereSettingsComeFrom) {
  Settings settings;
  EXPECT_EQ(origins_of(settings), "all are the defaults");
  settings.effective = {{"GITHUB_TOKEN", "(hidden)", ".env line 3"},
                        {"GITHUB_ORG", "acme", ".env line 4"},
                        {"MAX_WORKERS", "3", "flag --max-workers"},
                        {"BATCH_SIZE", "100", "default"},
                        {"PRIVACY", "full", "environment"}};
  EXPECT_EQ(origins_of(settings), "2 from .env, 1 from flags, 1 from the environment");
}

TEST_F(SettingsChecksTest, MindsAnEnvFileWithSecretsThatEverybodyCanRead) {
  const std::string file = make_file("my.env", 0644);
  const Findings told = check({{"GITHUB_TOKEN", "(hidden)", file + " line 1"}});
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].health, Health::kWarning);
  EXPECT_EQ(told[1].remedy, "chmod 600 " + file);
  const std::string config = make_file("my.toml", 0644);
  EXPECT_EQ(check({{"FAILURE_WEBHOOK", "(hidden)", config + " line 1"}})[1].health,
            Health::kWarning);
  // Without secrets it may be read.
  EXPECT_EQ(check({{"GITHUB_ORG", "acme", file + " line 1"}})[1].detail, "none");
}

TEST_F(SettingsChecksTest, MindsKeyFiles) {
  const std::string open = make_file("open.pem", 0604);
  const std::string closed = make_file("closed.json", 0600);
  const Findings told =
      check({{"GITHUB_APP_PRIVATE_KEY_FILE", open, "environment"},
             {"GOOGLE_APPLICATION_CREDENTIALS", closed, "environment"},
             {"GITHUB_TOKEN_FILE", (dir_.path() / "missing").string(), "default"}});
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[1].health, Health::kWarning);
  EXPECT_THAT(told[1].detail, HasSubstr("open.pem"));
  const Findings well = check({{"GOOGLE_APPLICATION_CREDENTIALS", closed, "environment"}});
  EXPECT_EQ(well[1].health, Health::kOk);
}

TEST_F(SettingsChecksTest, NamesTheVersions) {
  Findings told;
  check_versions("9.8.7", [&](Finding finding) { told.push_back(std::move(finding)); });
  ASSERT_EQ(told.size(), 1U);
  for (const char* part : {"github-stats 9.8.7", "DuckDB v", "libcurl ", "OpenSSL ", "Linux "}) {
    EXPECT_THAT(told[0].detail, HasSubstr(part));
  }
}

}  // namespace
}  // namespace github_stats::doctor
