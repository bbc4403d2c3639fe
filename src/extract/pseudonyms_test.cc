#include "extract/pseudonyms.h"

#include <gtest/gtest.h>

#include <vector>

namespace github_stats {
namespace {

const std::vector<std::string> kBots = {"Acme-CI"};
const Pseudonyms kNames("a key of some length", kBots);

TEST(Pseudonyms, AreTheSameForAPersonHoweverTheLoginIsSpelled) {
  // printf 'person:octocat' | openssl dgst -sha256 -hmac 'a key of some length'
  EXPECT_EQ(kNames.person("octocat"), "u_392b1c5c1f648006");
  EXPECT_EQ(kNames.login("OctoCat"), kNames.person("octocat"));
  EXPECT_NE(kNames.login("octocat2"), kNames.login("octocat"));
  EXPECT_NE(kNames.person("Zoë"), kNames.person("Zoe"));
}

TEST(Pseudonyms, DependOnTheKey) {
  const Pseudonyms others("another key of some length", kBots);
  EXPECT_NE(others.person("octocat"), kNames.person("octocat"));
  EXPECT_NE(others.key_fingerprint(), kNames.key_fingerprint());
  EXPECT_EQ(Pseudonyms("a key of some length", {}).key_fingerprint(), kNames.key_fingerprint());
}

TEST(Pseudonyms, LeaveBotsTheirLogins) {
  EXPECT_EQ(kNames.login("renovate[bot]"), "renovate[bot]");
  EXPECT_EQ(kNames.login("Renovate[Bot]"), "Renovate[Bot]");
  EXPECT_EQ(kNames.login("acme-ci"), "acme-ci");
  EXPECT_EQ(kNames.login("ACME-CI"), "ACME-CI");
  EXPECT_TRUE(kNames.login("abbott").starts_with("u_"));
  // Anybody can write this into a commit.
  EXPECT_TRUE(kNames.person("Ann [bot]").starts_with("u_"));
}

TEST(Pseudonyms, OfCoAuthorsJoinToNamesAndAddresses) {
  EXPECT_EQ(kNames.co_author("Ann Lee <ann@example.com>"),
            kNames.person("ann lee") + " <" + kNames.person("ann@example.com") + ">");
  EXPECT_EQ(kNames.co_author("Ann <the> Lee <a@x>"),
            kNames.person("Ann <the> Lee") + " <" + kNames.person("a@x") + ">");
  for (const std::string_view odd : {"Ann", "ann@example.com", "Ann <a@x", "Ann <a@x> and more"}) {
    EXPECT_EQ(kNames.co_author(odd), kNames.person(odd)) << odd;
  }
  EXPECT_EQ(kNames.co_author("<a@x>"), kNames.person("") + " <" + kNames.person("a@x") + ">");
}

TEST(Pseudonyms, OfBranchesAreNotThoseOfPeopleAndHeedLetterCase) {
  EXPECT_TRUE(kNames.branch("ann").starts_with("b_"));
  EXPECT_EQ(kNames.branch("ann").size(), kNames.person("ann").size());
  EXPECT_NE(kNames.branch("ann").substr(2), kNames.person("ann").substr(2));
  EXPECT_NE(kNames.branch("ann"), kNames.branch("Ann"));
}

TEST(Pseudonyms, OfForksKeepWhatIsTheOrganisations) {
  EXPECT_EQ(kNames.fork("Acme/web", "acme", "web"), "Acme/web");
  EXPECT_EQ(kNames.fork("acme/other", "Acme", "web"), "acme/other");
  EXPECT_EQ(kNames.fork("ann/Web", "acme", "web"), kNames.person("ann") + "/Web");
  EXPECT_EQ(kNames.fork("ann/ann.github.io", "acme", "web"),
            kNames.person("ann") + "/" + kNames.branch("ann.github.io"));
  EXPECT_EQ(kNames.fork("ann", "acme", "web"), kNames.person("ann") + "/" + kNames.branch(""));
}

TEST(IsAddressOf, LooksAtWhatFollowsTheHost) {
  EXPECT_TRUE(is_address_of("https://github.com/acme/web/pull/1", "Acme"));
  EXPECT_TRUE(is_address_of("http://127.0.0.1:80/acme", "acme"));
  for (const std::string_view url :
       {"https://github.com/ann/web/commit/1", "https://acme", "acme/web", "",
        "https://github.com/acme2/web", "https://x//acme"}) {
    EXPECT_FALSE(is_address_of(url, "acme")) << url;
  }
}

}  // namespace
}  // namespace github_stats
