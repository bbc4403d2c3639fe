#include "config/setting_info.h"

#include <gmock/gmock.h>

#include <set>

#include "config/env_file.h"
#include "config/settings.h"
#include "config/small_file.h"

namespace github_stats {
namespace {

TEST(KnownSettings, AreNamedOnceAndExplained) {
  std::set<std::string_view> names;
  for (const SettingInfo& setting : known_settings()) {
    EXPECT_TRUE(names.insert(setting.variable).second) << setting.variable;
    EXPECT_FALSE(setting.help.empty()) << setting.variable;
    EXPECT_FALSE(setting.group.empty()) << setting.variable;
    EXPECT_EQ(find_setting(setting.variable), &setting);
    EXPECT_TRUE(setting.flag.empty() || names.insert(setting.flag).second) << setting.flag;
    EXPECT_FALSE(setting.secret && !setting.flag.empty())
        << setting.variable << ": other users see a process's flags";
    EXPECT_FALSE(setting.flag_only && setting.flag.empty()) << setting.variable;
  }
  EXPECT_EQ(find_setting("NOBODY"), nullptr);
}

TEST(KnownSettings, TellWhichNameAFileWithASecret) {
  for (const SettingInfo& setting : known_settings()) {
    if (setting.variable.ends_with("_FILE")) {
      const auto variable = setting.variable.substr(0, setting.variable.size() - 5);
      const SettingInfo* secret = find_setting(variable);
      EXPECT_EQ(setting.secret_file, secret != nullptr && secret->secret) << setting.variable;
    }
    EXPECT_FALSE(setting.secret && setting.secret_file) << setting.variable;
  }
}

TEST(NearestSetting, FindsTheOneThatWasMeant) {
  EXPECT_EQ(nearest_setting("GITHUB_TOKN"), "GITHUB_TOKEN");
  EXPECT_EQ(nearest_setting("GIHUB_TOKEN"), "GITHUB_TOKEN");
  EXPECT_EQ(nearest_setting("github_org"), "GITHUB_ORG");
  EXPECT_EQ(nearest_setting("BIGQUERY_PROJECT"), "BIGQUERY_PROJECT_ID");
  EXPECT_EQ(nearest_setting("MAX_WORKER"), "MAX_WORKERS");
  EXPECT_EQ(nearest_setting("COMPOSE_PROJECT_NAME"), "");
  EXPECT_EQ(nearest_setting("X"), "");
  EXPECT_EQ(nearest_setting(std::string(100'000, 'x')), "");
}

std::vector<EnvEntry> example() {
  const auto text = read_small_file(SOURCE_DIR "/.env.example");
  EXPECT_TRUE(text) << text.error().describe();
  const auto entries = parse_env(text.value_or(""), ".env.example");
  EXPECT_TRUE(entries) << entries.error().describe();
  return entries.value_or(std::vector<EnvEntry>{});
}

TEST(EnvExample, ListsExactlyTheKnownVariablesWithTheirDefaults) {
  std::set<std::pair<std::string, std::string>> listed;
  for (const EnvEntry& entry : example()) {
    listed.emplace(entry.name, entry.value);
  }
  std::set<std::pair<std::string, std::string>> known;
  for (const SettingInfo& setting : known_settings()) {
    if (!setting.flag_only) {
      known.emplace(setting.variable, setting.default_text);
    }
  }
  EXPECT_EQ(listed, known);
}

TEST(EnvExample, CanBeUsedAsItIs) {
  const auto settings = load_settings({.env_file = SOURCE_DIR "/.env.example"});
  ASSERT_TRUE(settings) << settings.error().describe();
  EXPECT_FALSE(check_github_credentials(*settings));
}

}  // namespace
}  // namespace github_stats
