#include "config/env_file.h"

#include <gmock/gmock.h>

#include <random>

#include "testing/random_seed.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<EnvEntry> parsed(std::string_view text) {
  const auto entries = parse_env(text, ".env");
  EXPECT_TRUE(entries) << text << ": " << entries.error().describe();
  return entries.value_or(std::vector<EnvEntry>{});
}

TEST(ParseEnv, TakesOneValueInEveryForm) {
  const struct {
    std::string_view text;
    std::string_view value;
  } cases[] = {
      {"A=x", "x"},
      {"A=x\n", "x"},
      {"A=x\r\n", "x"},
      {"\xEF\xBB\xBF"
       "A=x",
       "x"},
      {"  A = x  ", "x"},
      {"export A=x", "x"},
      {"export\tA=x", "x"},
      {"A=", ""},
      {"A= ", ""},
      {"A= # comment", ""},
      {"A=x # comment", "x"},
      {"A=x#y", "x#y"},
      {"A=#x", "#x"},
      {"A=x y", "x y"},
      {"A=x=y", "x=y"},
      {"A=it's", "it's"},
      {"A=c:\\dir", "c:\\dir"},
      {"A=$B", "$B"},
      {"A=\"x y\"", "x y"},
      {"A=\"\"", ""},
      {"A=\"x\" # comment", "x"},
      {"A=\"x # y\"", "x # y"},
      {"A=\"a\\nb\\tc\\rd\\\\e\\\"f\\$g\"", "a\nb\tc\rd\\e\"f$g"},
      {"A=\"one\ntwo\"", "one\ntwo"},
      {"A=\"one\r\ntwo\"\r\n", "one\ntwo"},
      {"A='x \\n \"y\" $z'", "x \\n \"y\" $z"},
      {"A='one\ntwo'", "one\ntwo"},
      {"A=\"x\"   ", "x"},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(parsed(c.text), ElementsAre(EnvEntry{"A", std::string(c.value), 1})) << c.text;
  }
}

TEST(ParseEnv, SkipsCommentsAndEmptyLinesAndCountsThem) {
  EXPECT_THAT(parsed("# first\n\n  # second\nA=1\n\t\nB=\"x\ny\"\nC=3"),
              ElementsAre(EnvEntry{"A", "1", 4}, EnvEntry{"B", "x\ny", 6}, EnvEntry{"C", "3", 8}));
  EXPECT_THAT(parsed(""), IsEmpty());
  EXPECT_THAT(parsed("\n\n# only comments"), IsEmpty());
}

TEST(ParseEnv, NamesTheLineOfAnError) {
  using std::string_literals::operator""s;
  const struct {
    std::string text;
    std::string_view line;
    std::string_view words;
  } cases[] = {
      {"A=1\nB secret\n", "line 2", "no NAME=value"},
      {"=secret", "line 1", "no NAME=value"},
      {"1A=secret", "line 1", "no NAME=value"},
      {"A-B=secret", "line 1", "no NAME=value"},
      {"export =secret", "line 1", "no NAME=value"},
      {"A=\"x\nsecret", "line 1", "closing"},
      {"\nA='secret", "line 2", "closing"},
      {"A=\"x\" secret", "line 1", "follows the closing quote"},
      {"A=\"x\"#secret", "line 1", "follows the closing quote"},
      {"A=\"\\q secret\"", "line 1", "\\q"},
      {"A=1\nA=secret", "line 2", "already set on line 1"},
      {"A=se\0cret"s, "line 1", "zero byte"},
  };
  for (const auto& c : cases) {
    const auto entries = parse_env(c.text, "prod.env");
    ASSERT_FALSE(entries) << c.text;
    EXPECT_EQ(entries.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(entries.error().message, HasSubstr("prod.env " + std::string(c.line)));
    EXPECT_THAT(entries.error().message, HasSubstr(std::string(c.words)));
    EXPECT_THAT(entries.error().describe(), Not(HasSubstr("secret"))) << "values are not shown";
  }
}

TEST(ParseEnv, EndsOnAnyBytes) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE("GITHUB_STATS_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view kAlphabet = "AB=\"'\\\n\r #n$\xEF\xBB";
  for (int i = 0; i < 5000; ++i) {
    std::string text(random() % 30, ' ');
    for (char& c : text) {
      c = kAlphabet[random() % kAlphabet.size()];
    }
    const auto entries = parse_env(text, ".env");
    EXPECT_TRUE(entries || entries.error().code == ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace github_stats
