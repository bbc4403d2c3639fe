// Settings from a configuration file: which organisations there are, and what wins.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "config/settings.h"
#include "testing/temp_dir.h"

namespace github_stats {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using Variables = std::map<std::string, std::string>;

class Organisations : public testing::Test {
 protected:
  std::string file(std::string_view name, std::string_view text) {
    const auto path = dir_.path() / name;
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  SettingSources sources(std::string_view config, Variables environment = {}, Variables flags = {},
                         std::string_view env = "") {
    return {.flags = std::move(flags),
            .environment = [environment = std::move(environment)](
                               const std::string& name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              return found == environment.end() ? std::nullopt : std::optional(found->second);
            },
            .env_file = file("test.env", env),
            .config_file = file("c.toml", config)};
  }

  std::vector<Settings> load(const SettingSources& from) {
    auto all = load_all_settings(from);
    EXPECT_TRUE(all) << all.error().describe();
    return all ? *std::move(all) : std::vector<Settings>();
  }

  std::string origin(std::string_view name, int line) const {
    return (dir_.path() / name).string() + " line " + std::to_string(line);
  }

  TempDir dir_;
};

std::vector<std::string> names(const std::vector<Settings>& all) {
  std::vector<std::string> names;
  for (const Settings& settings : all) {
    names.push_back(settings.github_org);
  }
  return names;
}

std::string origin_of(const Settings& settings, std::string_view variable) {
  for (const EffectiveSetting& setting : settings.effective) {
    if (setting.variable == variable) {
      return setting.origin;
    }
  }
  return "unknown";
}

constexpr std::string_view kTwo = R"(
max_workers = 3
batch_size = 40
[organisations.acme]
github_token = "acme-token"
[organisations.labs]
github_token = "labs-token"
max_workers = 7
repo = ["lab-*"]
)";

TEST_F(Organisations, EachHasItsOwnAndWhatIsCommon) {
  const auto all = load(sources(kTwo));
  ASSERT_THAT(names(all), ElementsAre("acme", "labs"));
  EXPECT_EQ(all[0].github_credentials.tokens.front().reveal(), "acme-token");
  EXPECT_EQ(all[1].github_credentials.tokens.front().reveal(), "labs-token");
  EXPECT_EQ(all[0].max_workers, 3);
  EXPECT_EQ(all[1].max_workers, 7);
  EXPECT_EQ(all[1].batch_size, 40);
  EXPECT_THAT(all[1].repositories, ElementsAre("lab-*"));
  EXPECT_EQ(origin_of(all[0], "GITHUB_ORG"), origin("c.toml", 4));
  EXPECT_EQ(origin_of(all[0], "MAX_WORKERS"), origin("c.toml", 2));
  EXPECT_EQ(origin_of(all[1], "MAX_WORKERS"), origin("c.toml", 8));
  EXPECT_EQ(origin_of(all[1], "GCS_CHUNK_SIZE"), "default");
}

TEST_F(Organisations, AnyOtherSourceChoosesOne) {
  EXPECT_THAT(names(load(sources(kTwo, {}, {{"GITHUB_ORG", "labs"}}))), ElementsAre("labs"));
  EXPECT_THAT(names(load(sources(kTwo, {{"GITHUB_ORG", "acme"}}))), ElementsAre("acme"));
  EXPECT_THAT(names(load(sources(kTwo, {}, {}, "GITHUB_ORG=acme"))), ElementsAre("acme"));
  const auto typed = load(sources(kTwo, {}, {{"GITHUB_ORG", "LABS"}}));
  ASSERT_THAT(names(typed), ElementsAre("LABS"));
  EXPECT_EQ(typed[0].max_workers, 7);
}

TEST_F(Organisations, OneThatTheFileDoesNotNameHasWhatIsCommon) {
  const auto all = load(sources(kTwo, {}, {{"GITHUB_ORG", "other"}}));
  ASSERT_THAT(names(all), ElementsAre("other"));
  EXPECT_EQ(all[0].max_workers, 3);
  EXPECT_TRUE(all[0].github_credentials.empty());
}

TEST_F(Organisations, EverythingElseBeatsTheFile) {
  const auto from_env = load(sources(kTwo, {}, {}, "MAX_WORKERS=11"));
  EXPECT_EQ(from_env[0].max_workers, 11);
  EXPECT_EQ(from_env[1].max_workers, 11);
  const auto from_environment = load(sources(kTwo, {{"MAX_WORKERS", "12"}}, {}, "MAX_WORKERS=11"));
  EXPECT_EQ(from_environment[1].max_workers, 12);
  const auto from_flags = load(sources(kTwo, {{"MAX_WORKERS", "12"}}, {{"MAX_WORKERS", "13"}}));
  EXPECT_EQ(from_flags[1].max_workers, 13);
}

TEST_F(Organisations, AnOrganisationsOwnWayToSignInBeatsTheCommonOne) {
  const auto all =
      load(sources("github_token_file = '/nowhere'\n"
                   "[organisations.acme]\ngithub_token = 'mine'\n"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].github_credentials.tokens.front().reveal(), "mine");
}

TEST_F(Organisations, WhatHasNoVariableCanStandInTheFile) {
  const auto all = load(sources("log_level = 'debug'\nquiet = true\ninclude_archived = true\n"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].log_level, LogLevel::kDebug);
  EXPECT_TRUE(all[0].quiet);
  EXPECT_TRUE(all[0].include_archived);
}

TEST_F(Organisations, AWrongValueIsNamedWithItsPlace) {
  const auto all = load_all_settings(sources("[organisations.acme]\nmax_workers = 1000\n"));
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().describe(),
              AllOf(HasSubstr("MAX_WORKERS is '1000' (" + origin("c.toml", 2) + ")"),
                    HasSubstr("allowed: a whole number from 1 to 100")));
  const auto name = load_all_settings(sources("[organisations.'a b']\n"));
  ASSERT_FALSE(name);
  EXPECT_THAT(name.error().describe(), HasSubstr("GITHUB_ORG is 'a b'"));
}

TEST_F(Organisations, WhereThereCanBeButOneTheyAreNamed) {
  const auto settings = load_settings(sources(kTwo));
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().describe(),
              AllOf(HasSubstr("several organisations: acme, labs"), HasSubstr("--org")));
  EXPECT_TRUE(load_settings(sources(kTwo, {{"GITHUB_ORG", "labs"}})));
}

TEST_F(Organisations, AFileThatWasAskedForMustBeThere) {
  const auto missing =
      load_settings({.env_file = file("test.env", ""), .config_file = "/nowhere/c.toml"});
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().describe(),
              AllOf(HasSubstr("/nowhere/c.toml"), HasSubstr("correct --config")));
}

}  // namespace
}  // namespace github_stats
