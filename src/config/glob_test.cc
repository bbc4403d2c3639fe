#include "config/glob.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "testing/random_seed.h"

namespace github_stats {
namespace {

TEST(GlobMatches, FollowsTheTable) {
  const struct {
    std::string_view pattern;
    std::string_view text;
    bool matches;
  } cases[] = {
      {"web", "web", true},
      {"web", "Web", true},
      {"WEB", "web", true},
      {"web", "web2", false},
      {"web", "we", false},
      {"", "", true},
      {"", "x", false},
      {"*", "", true},
      {"*", "anything", true},
      {"web-*", "web-", true},
      {"web-*", "web-ui", true},
      {"web-*", "webui", false},
      {"*-api", "user-api", true},
      {"*-api", "api", false},
      {"*a*b*", "xxaxxbxx", true},
      {"*a*b*", "xxbxxaxx", false},
      {"a*a", "a", false},
      {"a*a", "aa", true},
      {"*ab", "aab", true},
      {"?", "x", true},
      {"?", "", false},
      {"we?", "web", true},
      {"we?", "we", false},
      {"*?", "", false},
      {"[abc]", "B", true},
      {"[abc]", "d", false},
      {"[a-c]x", "bx", true},
      {"[A-C]x", "bx", true},
      {"[!a-c]", "d", true},
      {"[!a-c]", "B", false},
      {"[]]", "]", true},
      {"[a-]", "-", true},
      {"*[0-9]", "web12", true},
      {"*[0-9]", "web", false},
      {"[abc", "a", false},
      {".github", ".github", true},
      {"a.b", "axb", false},
      {"**", "x", true},
      {"a**b", "ab", true},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(glob_matches(c.pattern, c.text), c.matches) << c.pattern << " on " << c.text;
  }
}

// The definition, step by step: exponential, and obviously right.
bool matches_slowly(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern.front() == '*') {
    return matches_slowly(pattern.substr(1), text) ||
           (!text.empty() && matches_slowly(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         matches_slowly(pattern.substr(1), text.substr(1));
}

TEST(GlobMatches, AgreesWithItsDefinitionOnRandomPatterns) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE("GITHUB_STATS_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    std::string pattern(random() % 8, ' ');
    std::string text(random() % 10, ' ');
    for (char& c : pattern) {
      c = "ab*?"[random() % 4];
    }
    for (char& c : text) {
      c = "ab"[random() % 2];
    }
    EXPECT_EQ(glob_matches(pattern, text), matches_slowly(pattern, text)) << pattern << " " << text;
  }
}

TEST(GlobMatches, ManyStarsTakeNoTime) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) {
    pattern += "*a";
  }
  EXPECT_FALSE(glob_matches(pattern + "b", std::string(2000, 'a')));
}

TEST(CheckGlob, RefusesMalformedSets) {
  for (const std::string_view good : {"", "*", "a?b", "[a-z]*", "[!x]", "[]x]", "x]"}) {
    EXPECT_TRUE(check_glob(good)) << good;
  }
  for (const std::string_view bad : {"[", "a[b", "[]", "[!]", "[z-a]", "*[0-9"}) {
    const Status status = check_glob(bad);
    ASSERT_FALSE(status) << bad;
    EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace github_stats
