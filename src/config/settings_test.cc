#include "config/settings.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "config/setting_info.h"
#include "testing/temp_dir.h"

namespace github_stats {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Variables = std::map<std::string, std::string>;

class LoadSettings : public testing::Test {
 protected:
  std::string env_file(std::string_view text) {
    const auto path = dir_.path() / "test.env";
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  SettingSources sources(Variables flags, Variables environment = {}, std::string_view file = "") {
    return {.flags = std::move(flags),
            .environment = [environment = std::move(environment)](
                               const std::string& name) -> std::optional<std::string> {
              const auto found = environment.find(name);
              return found == environment.end() ? std::nullopt : std::optional(found->second);
            },
            .env_file = env_file(file)};
  }

  Settings load(Variables flags, Variables environment = {}, std::string_view file = "") {
    const auto settings = load_settings(sources(std::move(flags), std::move(environment), file));
    EXPECT_TRUE(settings) << settings.error().describe();
    return settings.value_or(Settings{});
  }

  std::string failure(Variables flags, Variables environment = {}, std::string_view file = "") {
    const auto settings = load_settings(sources(std::move(flags), std::move(environment), file));
    EXPECT_FALSE(settings);
    if (settings) {
      return "";
    }
    EXPECT_EQ(settings.error().code, ErrorCode::kInvalidArgument);
    return settings.error().describe();
  }

  TempDir dir_;
};

// "value from origin" of a setting.
std::string effective(const Settings& settings, std::string_view variable) {
  for (const EffectiveSetting& setting : settings.effective) {
    if (setting.variable == variable) {
      return setting.value + " from " + setting.origin;
    }
  }
  return "unknown";
}

TEST_F(LoadSettings, DefaultsAreThoseOfTheEmbeddedMode) {
  const Settings settings = load({});
  EXPECT_EQ(settings.github_api_url, "https://api.github.com");
  EXPECT_EQ(settings.github_org, "askscio");
  EXPECT_TRUE(settings.github_credentials.empty());
  EXPECT_THAT(settings.repositories, IsEmpty());
  EXPECT_FALSE(settings.include_archived);
  EXPECT_FALSE(settings.include_forks);
  EXPECT_EQ(settings.lookback_days, 180);
  EXPECT_EQ(settings.max_workers, 10);
  EXPECT_EQ(settings.batch_size, 100);
  EXPECT_EQ(settings.chunk_rows, 100);
  EXPECT_FALSE(settings.compress);
  EXPECT_EQ(settings.max_points, std::nullopt);
  EXPECT_EQ(settings.reserve_points, 0);
  EXPECT_EQ(settings.max_wait_minutes, 120);
  EXPECT_EQ(to_string(settings.store), "file:./github-stats-data");
  EXPECT_EQ(to_string(settings.warehouse), "duckdb:./github_stats.duckdb");
  EXPECT_TRUE(settings.persist_to_store);
  EXPECT_EQ(settings.google_project, std::nullopt);
  EXPECT_EQ(settings.google_location, "US");
  EXPECT_EQ(settings.google_credentials_file, std::nullopt);
  EXPECT_EQ(settings.google_impersonated_account, std::nullopt);
  EXPECT_EQ(settings.storage_emulator_url, std::nullopt);
  EXPECT_EQ(settings.stale_after_days, 14);
  EXPECT_EQ(settings.log_level, LogLevel::kInfo);
  EXPECT_EQ(settings.log_format, LogFormat::kText);
  EXPECT_FALSE(settings.quiet);
  EXPECT_TRUE(settings.progress);
}

TEST_F(LoadSettings, GooglesCredentialsAreAFileAndAnAccountToActAs) {
  const Settings settings =
      load({}, {{"GOOGLE_APPLICATION_CREDENTIALS", "/k/key.json"},
                {"GOOGLE_IMPERSONATE_SERVICE_ACCOUNT", "stats@p-1.iam.gserviceaccount.com"}});
  EXPECT_EQ(settings.google_credentials_file, "/k/key.json");
  EXPECT_EQ(settings.google_impersonated_account, "stats@p-1.iam.gserviceaccount.com");
}

TEST_F(LoadSettings, AProjectChoosesTheCloudMode) {
  const Settings settings = load({}, {{"BIGQUERY_PROJECT_ID", "my-project"}});
  EXPECT_EQ(to_string(settings.store), "gs://github-stats-data");
  EXPECT_EQ(to_string(settings.warehouse), "bigquery:my-project.github_stats");
  EXPECT_EQ(settings.google_project, "my-project");
  const Settings named = load({}, {{"BIGQUERY_PROJECT_ID", "my-project"},
                                   {"GCS_BUCKET_NAME", "my-bucket"},
                                   {"BIGQUERY_DATASET_ID", "mine"}});
  EXPECT_EQ(to_string(named.store), "gs://my-bucket");
  EXPECT_EQ(to_string(named.warehouse), "bigquery:my-project.mine");
}

TEST_F(LoadSettings, StoreAndWarehouseCanEachBeChosen) {
  const Settings mixed = load({{"GITHUB_STATS_STORE", "gs://bucket/x"}});
  EXPECT_EQ(to_string(mixed.store), "gs://bucket/x");
  EXPECT_EQ(to_string(mixed.warehouse), "duckdb:./github_stats.duckdb");
  const Settings other =
      load({{"GITHUB_STATS_STORE", "file:d"}, {"GITHUB_STATS_WAREHOUSE", "bigquery:p.d"}});
  EXPECT_EQ(to_string(other.store), "file:d");
  EXPECT_EQ(to_string(other.warehouse), "bigquery:p.d");
  EXPECT_EQ(other.google_project, "p");
  const Settings both =
      load({{"GITHUB_STATS_WAREHOUSE", "bigquery:p.d"}}, {{"BIGQUERY_PROJECT_ID", "billing"}});
  EXPECT_EQ(to_string(both.warehouse), "bigquery:p.d");
  EXPECT_EQ(both.google_project, "billing");
}

TEST_F(LoadSettings, FlagsBeatTheEnvironmentWhichBeatsTheFile) {
  const std::string_view file = "\nGITHUB_ORG=from-file\nMAX_WORKERS=3\nBATCH_SIZE=7\n";
  const Settings settings =
      load({{"GITHUB_ORG", "from-flag"}}, {{"GITHUB_ORG", "from-env"}, {"MAX_WORKERS", "4"}}, file);
  const std::string path = (dir_.path() / "test.env").string();
  EXPECT_EQ(effective(settings, "GITHUB_ORG"), "from-flag from flag --org");
  EXPECT_EQ(effective(settings, "MAX_WORKERS"), "4 from environment");
  EXPECT_EQ(effective(settings, "BATCH_SIZE"), "7 from " + path + " line 4");
  EXPECT_EQ(effective(settings, "GCS_CHUNK_SIZE"), "100 from default");
  EXPECT_EQ(settings.effective.size(), known_settings().size());
}

TEST_F(LoadSettings, AnEmptyValueIsNone) {
  const Settings settings = load({{"GITHUB_ORG", ""}}, {{"GITHUB_ORG", " "}, {"BATCH_SIZE", ""}},
                                 "GITHUB_ORG=from-file\nBATCH_SIZE=\n");
  EXPECT_EQ(settings.github_org, "from-file");
  EXPECT_EQ(settings.batch_size, 100);
}

TEST_F(LoadSettings, WhatIsInEffectCanBeShownWithoutSecrets) {
  const Settings settings = load({}, {{"GITHUB_TOKEN", "ghp_x"}});
  EXPECT_EQ(effective(settings, "GITHUB_TOKEN"), "(hidden) from environment");
  EXPECT_EQ(effective(settings, "GITHUB_APP_PRIVATE_KEY"), " from default");
  EXPECT_EQ(effective(settings, "GITHUB_STATS_STORE"), "file:./github-stats-data from default");
}

TEST_F(LoadSettings, FlagsThatAreNoVariablesAreNotTakenFromTheEnvironment) {
  const Settings settings = load({}, {{"QUIET", "true"}, {"REPO", "x"}, {"UNKNOWN", "y"}});
  EXPECT_FALSE(settings.quiet);
  EXPECT_THAT(settings.repositories, IsEmpty());
}

TEST_F(LoadSettings, FlagsAreRead) {
  const Settings settings = load({{"REPO", "web-*, api"},
                                  {"EXCLUDE_REPO", "*-old"},
                                  {"INCLUDE_ARCHIVED", "true"},
                                  {"INCLUDE_FORKS", "true"},
                                  {"MAX_POINTS", "900"},
                                  {"RESERVE_POINTS", "500"},
                                  {"MAX_WAIT_MINUTES", "30"},
                                  {"LOG_LEVEL", "DEBUG"},
                                  {"LOG_FORMAT", "json"},
                                  {"QUIET", "true"}});
  EXPECT_THAT(settings.repositories, ElementsAre("web-*", "api"));
  EXPECT_TRUE(settings.include_archived);
  EXPECT_TRUE(settings.include_forks);
  EXPECT_EQ(settings.max_points, 900);
  EXPECT_EQ(settings.reserve_points, 500);
  EXPECT_EQ(settings.max_wait_minutes, 30);
  EXPECT_EQ(settings.log_level, LogLevel::kDebug);
  EXPECT_EQ(settings.log_format, LogFormat::kJson);
  EXPECT_TRUE(settings.quiet);
  EXPECT_FALSE(settings.progress) << "quiet is without progress";
  EXPECT_TRUE(selects_repository(settings, "Web-UI"));
  EXPECT_TRUE(selects_repository(settings, "api"));
  EXPECT_FALSE(selects_repository(settings, "web-old"));
  EXPECT_FALSE(selects_repository(settings, "other"));
  EXPECT_TRUE(selects_repository(load({}), "anything"));
}

TEST_F(LoadSettings, GoodValuesAreTaken) {
  const std::pair<std::string_view, std::vector<std::string_view>> cases[] = {
      {"GITHUB_API_URL",
       {"https://ghe.example.com/api/v3", "https://h:8443/api/v3", "http://localhost:8080",
        "http://127.0.0.1:1", "http://[::1]:80/x", "HTTPS://api.github.com"}},
      {"GITHUB_ORG", {"a", "acme-inc", "user_emu", "0x", "Acme"}},
      {"PERSIST_TO_GCS", {"true", "FALSE", "1", "0", "Yes", "no", "on", "OFF"}},
      {"GCS_CHUNK_SIZE", {"1", "1000000"}},
      {"MAX_WORKERS", {"1", "100"}},
      {"MAX_POINTS", {"1", "1000000000"}},
      {"RESERVE_POINTS", {"0", "1000000"}},
      {"MAX_WAIT_MINUTES", {"0", "10080"}},
      {"BATCH_SIZE", {"1", "100"}},
      {"DEFAULT_LOOKBACK_DAYS", {"1", "36500"}},
      {"BOT_LOGINS", {"acme-ci", "renovate[bot],x"}},
      {"BIGQUERY_LOCATION", {"EU", "europe-west4"}},
      {"STORAGE_EMULATOR_HOST", {"localhost:4443", "http://gcs:4443/"}},
  };
  for (const auto& [variable, values] : cases) {
    for (const std::string_view value : values) {
      load({}, {{std::string(variable), std::string(value)}});
    }
  }
}

TEST_F(LoadSettings, WhatMayBeSecretInAnAddressIsNotRepeated) {
  for (const std::string_view url :
       {"https://user:secret@h", "https://h/?token=secret", "https://h/#secret"}) {
    EXPECT_THAT(failure({}, {{"GITHUB_API_URL", std::string(url)}}),
                AllOf(HasSubstr("GITHUB_API_URL"), HasSubstr("(hidden)"),
                      testing::Not(HasSubstr("secret"))));
  }
}

TEST_F(LoadSettings, BadValuesAreNamedWithTheirOriginAndWhatIsAllowed) {
  const std::pair<std::string_view, std::vector<std::string_view>> cases[] = {
      {"GITHUB_API_URL",
       {"api.github.com", "ftp://x", "https://", "https://h x", "https://h:x",
        "http://ghe.example.com/api/v3", "http://127.evil.com", "http://localhost.evil.com"}},
      {"GITHUB_ORG",
       {"-acme", "a b", "acme!", "acme/web", "a.b", "a234567890123456789012345678901234567890"}},
      {"PERSIST_TO_GCS", {"maybe", "2", "tru"}},
      {"GCS_CHUNK_SIZE",
       {"0", "1000001", "-1", "1.5", "1e3", "ten", "0x10", "+5", "99999999999999999999"}},
      {"MAX_WORKERS", {"0", "101"}},
      {"MAX_POINTS", {"0", "-1", "1000000001", "many"}},
      {"RESERVE_POINTS", {"-1", "1000001", "10%"}},
      {"MAX_WAIT_MINUTES", {"-1", "10081", "2h"}},
      {"BATCH_SIZE", {"0", "101"}},
      {"DEFAULT_LOOKBACK_DAYS", {"0", "36501"}},
      {"BIGQUERY_PROJECT_ID", {"My Project", "1x"}},
      {"BIGQUERY_DATASET_ID", {"my-data"}},
      {"BIGQUERY_LOCATION", {"U S", "US;"}},
      {"GCS_BUCKET_NAME", {"B", "gs://bucket"}},
      {"BOT_LOGINS", {"a b", "a,,b", "[bot]"}},
      {"STORAGE_EMULATOR_HOST", {"a b", "http://"}},
      {"GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
       {"me", "@x.com", "me@", "me@x", "a@b@x.com", "a/b@x.com", "a b@x.com"}},
      {"GITHUB_STATS_STORE", {"./data", "s3://x"}},
      {"GITHUB_STATS_WAREHOUSE", {"x.duckdb", "bigquery:p"}},
  };
  for (const auto& [variable, values] : cases) {
    for (const std::string_view value : values) {
      const std::string text = failure({}, {{std::string(variable), std::string(value)}});
      EXPECT_THAT(text, AllOf(HasSubstr(std::string(variable) + " is '" + std::string(value) + "'"),
                              HasSubstr("(environment)"), HasSubstr("allowed: ")));
    }
  }
}

TEST_F(LoadSettings, BadFlagsAreNamed) {
  EXPECT_THAT(failure({{"REPO", "acme/web"}}), AllOf(HasSubstr("flag --repo"), HasSubstr("--org")));
  EXPECT_THAT(failure({{"EXCLUDE_REPO", "[a"}}), HasSubstr("flag --exclude-repo"));
  EXPECT_THAT(failure({{"REPO", "a b"}}), HasSubstr("REPO is 'a b'"));
  EXPECT_THAT(failure({{"REPO", ".."}}), HasSubstr("REPO is '..'"));
  EXPECT_THAT(failure({{"LOG_LEVEL", "loud"}}), HasSubstr("debug, info, warning or error"));
  EXPECT_THAT(failure({{"LOG_FORMAT", "xml"}}), HasSubstr("text or json"));
}

TEST_F(LoadSettings, APasswordInAUrlIsNotRepeated) {
  for (const std::string_view variable : {"GITHUB_API_URL", "STORAGE_EMULATOR_HOST"}) {
    EXPECT_THAT(failure({}, {{std::string(variable), "https://user:secret@host/api"}}),
                AllOf(HasSubstr(std::string(variable)), Not(HasSubstr("secret"))));
  }
}

TEST_F(LoadSettings, UrlsLoseTheSlashAtTheEnd) {
  EXPECT_EQ(load({}, {{"GITHUB_API_URL", "https://h/api/v3//"}}).github_api_url,
            "https://h/api/v3");
  const Settings settings = load(
      {}, {{"STORAGE_EMULATOR_HOST", "gcs:4443/"}, {"BIGQUERY_EMULATOR_HOST", "http://bq:9050/"}});
  EXPECT_EQ(settings.storage_emulator_url, "http://gcs:4443");
  EXPECT_EQ(settings.bigquery_emulator_url, "http://bq:9050");
}

TEST_F(LoadSettings, AValueCannotDriveTheTerminal) {
  EXPECT_THAT(failure({{"GITHUB_ORG", "a\x1b[2J"}}), Not(HasSubstr("\x1b")));
}

TEST_F(LoadSettings, TheFileMayOnlySetWhatExists) {
  EXPECT_THAT(failure({}, {}, "\nGITHUB_TOKN=x\n"),
              AllOf(HasSubstr("line 2"), HasSubstr("GITHUB_TOKN"),
                    HasSubstr("did you mean GITHUB_TOKEN?")));
  EXPECT_THAT(failure({}, {}, "SOMETHING_ELSE=x"),
              AllOf(HasSubstr("line 1"), HasSubstr("SOMETHING_ELSE"), Not(HasSubstr("mean"))));
  EXPECT_THAT(failure({}, {}, "LOG_LEVEL=debug"), HasSubstr("--log-level"));
  EXPECT_THAT(failure({}, {}, "GITHUB_ORG\n"), HasSubstr("line 1"));
}

TEST_F(LoadSettings, AFileThatWasAskedForMustExist) {
  const auto settings = load_settings({.env_file = (dir_.path() / "missing.env").string()});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(settings.error().describe(),
              AllOf(HasSubstr("missing.env"), HasSubstr("--env-file")));
}

TEST_F(LoadSettings, TheFileInTheWorkingDirectoryMayBeMissing) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(dir_.path());
  const auto without = load_settings({});
  std::ofstream(".env") << "GITHUB_ORG=here\n";
  const auto with = load_settings({});
  std::filesystem::current_path(before);
  ASSERT_TRUE(without) << without.error().describe();
  ASSERT_TRUE(with) << with.error().describe();
  EXPECT_EQ(effective(*with, "GITHUB_ORG"), "here from .env line 1");
}

TEST_F(LoadSettings, AFlagThatNobodyKnowsIsABug) {
  const auto settings = load_settings({.flags = {{"NOBODY", "x"}}});
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, ErrorCode::kInternal);
}

TEST_F(LoadSettings, CredentialsAreAskedForByThoseWhoNeedThem) {
  EXPECT_TRUE(check_github_credentials(load({}, {{"GITHUB_TOKEN", "x"}})));
  const Status missing = check_github_credentials(load({}));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(missing.error().remedy, HasSubstr("GITHUB_TOKEN"));
}

TEST(ProcessEnvironment, TellsUnsetFromEmpty) {
  setenv("GITHUB_STATS_TEST_VARIABLE", "", 1);
  EXPECT_EQ(process_environment("GITHUB_STATS_TEST_VARIABLE"), "");
  unsetenv("GITHUB_STATS_TEST_VARIABLE");
  EXPECT_EQ(process_environment("GITHUB_STATS_TEST_VARIABLE"), std::nullopt);
}

}  // namespace
}  // namespace github_stats
