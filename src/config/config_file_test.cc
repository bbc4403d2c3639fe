#include "config/config_file.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <random>

namespace github_stats {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ConfigFile parse(std::string_view text) {
  const auto file = parse_config(text, "f.toml");
  EXPECT_TRUE(file) << file.error().describe();
  return file.value_or(ConfigFile{});
}

std::string failure(std::string_view text) {
  const auto file = parse_config(text, "f.toml");
  EXPECT_FALSE(file) << text;
  if (file) {
    return "";
  }
  EXPECT_EQ(file.error().code, ErrorCode::kInvalidArgument);
  return file.error().describe();
}

// "VARIABLE=value@line" of each.
std::vector<std::string> entries(const std::vector<ConfigEntry>& from) {
  std::vector<std::string> all;
  for (const ConfigEntry& entry : from) {
    all.push_back(std::string(entry.info->variable) + "=" + entry.value + "@" +
                  std::to_string(entry.line));
  }
  std::ranges::sort(all);
  return all;
}

TEST(ParseConfig, NothingIsNoSettings) {
  const ConfigFile file = parse("# nothing here\n");
  EXPECT_EQ(file.name, "f.toml");
  EXPECT_THAT(file.entries, IsEmpty());
  EXPECT_THAT(file.organisations, IsEmpty());
}

TEST(ParseConfig, TextsNumbersTruthsAndListsAreValues) {
  const ConfigFile file = parse(R"(
github_org = "acme"
max_workers = 5
include_forks = true
repo = ["web-*",
        'api']
bot_logins = []
)");
  EXPECT_THAT(entries(file.entries),
              ElementsAre("BOT_LOGINS=@7", "GITHUB_ORG=acme@2", "INCLUDE_FORKS=true@4",
                          "MAX_WORKERS=5@3", "REPO=web-*,api@5"));
}

TEST(ParseConfig, OrganisationsKeepTheFilesOrder) {
  const ConfigFile file = parse(R"(
log_format = "json"
[organisations.zebra]
[organisations.acme]
batch_size = 50
)");
  EXPECT_THAT(entries(file.entries), ElementsAre("LOG_FORMAT=json@2"));
  ASSERT_EQ(file.organisations.size(), 2U);
  EXPECT_EQ(file.organisations[0].name, "zebra");
  EXPECT_THAT(file.organisations[0].entries, IsEmpty());
  EXPECT_EQ(file.organisations[1].name, "acme");
  EXPECT_EQ(file.organisations[1].line, 4);
  EXPECT_THAT(entries(file.organisations[1].entries), ElementsAre("BATCH_SIZE=50@5"));
}

TEST(ParseConfig, WhatIsWrongIsNamedWithItsLineAndTheRemedy) {
  struct Case {
    std::string_view text, what, remedy;
  };
  for (const Case& wrong : std::to_array<Case>({
           {"max_workers = ", "f.toml line 1: column", "quotes"},
           {"\nmax_workers = 5\nmax_workers = 6", "f.toml line 3: column", "once"},
           {"\nmax_worker = 5", "f.toml line 2: there is no setting max_worker",
            "did you mean max_workers?"},
           {"MAX_WORKERS = 5", "no setting MAX_WORKERS", "did you mean max_workers?"},
           {"something = 5", "no setting something", "docs/configuration.md"},
           {"batch_size = 1.5", "line 1: batch_size can't be of this kind", "a whole number"},
           {"batch_size = [1]", "batch_size can't be of this kind", "a whole number"},
           {"batch_size = 2026-01-01", "batch_size can't be of this kind", "a whole number"},
           {"[batch_size]\nx = 1", "batch_size can't be of this kind", "a whole number"},
           {"repo = {a = 1}", "repo can't be of this kind", "[\"one\", \"two\"]"},
           {"repo = ['a', 1]", "repo has something in it that is no text", "list of texts"},
           {"repo = ['a,b']", "repo has something in it that is no text", "without commas"},
           {"organisations = 1", "organisations is not a table", "[organisations.NAME]"},
           {"[[organisations]]\nx = 1", "organisations is not a table", "[organisations.NAME]"},
           {"[organisations]\nacme = 1", "organisations.acme is not a table", "[organisations.N"},
           {"[organizations.acme]", "no setting organizations", "[organisations.NAME]"},
           {"[organisation.acme]", "no setting organisation", "[organisations.NAME]"},
           {"[organisations.a]\nmax_worker = 5", "line 2: there is no setting max_worker",
            "did you mean"},
           {"[organisations.a]\n[organisations.A]", "is there twice", "remove one"},
           {"[organisations.a]\ngithub_org = 'b'", "line 2: github_org stands in an", "remove it"},
           {"github_org = 'b'\n[organisations.a]", "line 1: github_org stands beside", "remove it"},
       })) {
    EXPECT_THAT(failure(wrong.text), AllOf(HasSubstr(wrong.what), HasSubstr(wrong.remedy)))
        << wrong.text;
  }
}

TEST(ParseConfig, NoValueIsRepeatedInAMessage) {
  for (const std::string_view text :
       {"github_token = s3cr3t", "github_token = 's3cr3t", "github_token = [['s3cr3t']]",
        "github_token = \"\\s3cr3t\"", "github_token = ['s3cr3t,x']", "s3cr3t", "= s3cr3t",
        "github_token = 's3cr3t' s3cr3t", "github_token = {x = 's3cr3t'}"}) {
    EXPECT_THAT(failure(text), Not(HasSubstr("3cr3"))) << text;
  }
}

TEST(ParseConfig, HostileKeysAreHarmlessInATerminal) {
  EXPECT_THAT(failure("\"\\u001b[2J\" = 1"), Not(HasSubstr("\x1b")));
  EXPECT_LT(failure("\"" + std::string(100'000, 'x') + "\" = 1").size(), 1000U);
}

TEST(ParseConfig, WhatItsParserTakesForGrantedIsCheckedAllTheSame) {
  for (const std::string_view text : {"repo=[}", "repo = [[}", "repo = [}["}) {
    EXPECT_THAT(failure(text), HasSubstr("f.toml is not TOML")) << text;
  }
}

TEST(ParseConfig, LettersOfOtherLanguagesAreNoBlanks) {
  for (const std::string_view text :
       {"\u00e9 = 1", "repo\u00e9 = 1", "\u0416", "repo = [\u00e9]"}) {
    EXPECT_THAT(failure(text), HasSubstr("f.toml line 1: column")) << text;
  }
  EXPECT_THAT(entries(parse("# \u00e9\u0416\ngithub_token_file = '\u00e9'  # \u00e9\n").entries),
              ElementsAre("GITHUB_TOKEN_FILE=\u00e9@2"));
}

TEST(ParseConfig, AnyBytesAreReadOrRefused) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string_view sample =
      "# c\nrepo = [\"web-*\", 'x']\nmax_workers = 5\n[organisations.a]\ngithub_token = "
      "\"\"\"t\n\"\"\"\n";
  for (int i = 0; i < 10'000; ++i) {
    std::string text(sample);
    for (int changes = 1 + static_cast<int>(random() % 4); changes > 0; --changes) {
      const size_t at = random() % text.size();
      switch (random() % 3) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text.erase(at, 1 + random() % 5);
          break;
        default:
          text.insert(at, sample.substr(random() % sample.size(), 1 + random() % 9));
      }
      if (text.empty()) {
        break;
      }
    }
    const auto file = parse_config(text, "f.toml");
    EXPECT_TRUE(file || file.error().code == ErrorCode::kInvalidArgument);
  }
}

TEST(ConfigKey, IsTheVariableInSmallLetters) {
  EXPECT_EQ(config_key(*find_setting("GITHUB_STATS_STORE")), "github_stats_store");
}

}  // namespace
}  // namespace github_stats
