#include "doctor/token_judgement.h"

#include <gmock/gmock.h>

namespace github_stats::doctor {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Check kCheck{"id", "title"};
constexpr Time kNow{std::chrono::seconds(1'769'860'800)};  // 2026-01-31T12:00:00Z

constexpr const char* kSaml =
    "Resource protected by organization SAML enforcement. You must grant your OAuth token access "
    "to this organization.";

TEST(KindOf, IsToldByTheFront) {
  EXPECT_EQ(kind_of("ghp_abc"), TokenKind::kClassic);
  EXPECT_EQ(kind_of("0123456789abcdef0123456789abcdef01234567"), TokenKind::kClassic);
  EXPECT_EQ(kind_of("github_pat_abc"), TokenKind::kFineGrained);
  EXPECT_EQ(kind_of("gho_abc"), TokenKind::kOAuth);
  EXPECT_EQ(kind_of("ghu_abc"), TokenKind::kAppUser);
  EXPECT_EQ(kind_of("ghs_abc"), TokenKind::kAppInstallation);
  EXPECT_EQ(kind_of("sim-token"), TokenKind::kUnknown);
  EXPECT_EQ(kind_of(""), TokenKind::kUnknown);
}

TEST(ScopesIn, AreSeparatedByCommas) {
  EXPECT_THAT(scopes_in("repo, read:org"), ElementsAre("repo", "read:org"));
  EXPECT_THAT(scopes_in("repo"), ElementsAre("repo"));
  EXPECT_THAT(scopes_in(""), IsEmpty());
  EXPECT_THAT(scopes_in(" , ,repo,"), ElementsAre("repo"));
}

TEST(JudgeScopes, WantsRepoAndAWayToReadTeams) {
  const struct {
    const char* scopes;
    Health health;
  } kCases[] = {
      {"repo, read:org", Health::kOk},
      {"repo, admin:org", Health::kOk},
      {"repo, write:org, gist", Health::kOk},
      {"repo, read:discussion", Health::kOk},
      {"public_repo, read:org", Health::kWarning},
      {"read:org", Health::kWarning},
      {"repo", Health::kFailed},
      {"repo:status, user", Health::kFailed},
      {"", Health::kFailed},
  };
  for (const auto& [scopes, health] : kCases) {
    const Finding finding = judge_scopes(kCheck, scopes_in(scopes));
    EXPECT_EQ(finding.health, health) << scopes << ": " << finding.detail;
    EXPECT_EQ(finding.remedy.empty(), health == Health::kOk);
  }
}

TEST(ExpiryIn, ReadsBothForms) {
  EXPECT_EQ(expiry_in("2026-01-31 12:00:00 UTC"), kNow);
  EXPECT_EQ(expiry_in("2026-01-31 14:00:00 +0200"), kNow);
  EXPECT_EQ(expiry_in("2026-01-31 05:00:00 -0700"), kNow);
  for (const char* wrong :
       {"", "never", "2026-01-31", "2026-01-31 12:00:00", "2026-13-31 12:00:00 UTC",
        "2026-01-31 12:00:00 CET", "2026-01-31 12:00:00 +2"}) {
    EXPECT_EQ(expiry_in(wrong), std::nullopt) << wrong;
  }
}

TEST(JudgeExpiry, WarnsTwoWeeksAhead) {
  EXPECT_EQ(judge_expiry(kCheck, std::nullopt, kNow).health, Health::kOk);
  EXPECT_EQ(judge_expiry(kCheck, kNow + 15 * 24h, kNow).health, Health::kOk);
  const Finding soon = judge_expiry(kCheck, kNow + 14 * 24h, kNow);
  EXPECT_EQ(soon.health, Health::kWarning);
  EXPECT_EQ(soon.detail, "ends in 14 days, on 2026-02-14");
  EXPECT_THAT(soon.remedy, HasSubstr("GITHUB_TOKEN"));
  EXPECT_EQ(judge_expiry(kCheck, kNow, kNow).health, Health::kFailed);
  EXPECT_EQ(judge_expiry(kCheck, kNow - 48h, kNow).detail, "ended on 2026-01-29");
}

TEST(JudgeBudget, KnowsTheReserve) {
  const auto judged = [](int64_t remaining, int64_t reserve) {
    return judge_budget(kCheck, {5000, remaining, kNow + 600s}, reserve, kNow);
  };
  EXPECT_EQ(judged(5000, 0).health, Health::kOk);
  EXPECT_EQ(judged(5000, 0).detail,
            "5000 of 5000 points left of this hour, which ends in 10 minutes");
  EXPECT_EQ(judged(0, 0).health, Health::kWarning);
  EXPECT_EQ(judged(1000, 1000).health, Health::kWarning);
  EXPECT_EQ(judged(1001, 1000).health, Health::kOk);
  EXPECT_EQ(judged(5000, 5000).health, Health::kFailed);
  EXPECT_THAT(judge_budget(kCheck, {5000, 1, kNow - 1s}, 0, kNow).detail,
              HasSubstr("in 0 seconds"));
}

TEST(JudgeSight, SaysWhatIsSeen) {
  const Finding seen = judge_sight(kCheck, {"acme", true, 14, 1, {}}, "Acme");
  EXPECT_EQ(seen.health, Health::kOk);
  EXPECT_EQ(seen.detail, "organisation acme: 14 repositories, 1 private");
  EXPECT_EQ(judge_sight(kCheck, {"solo", false, 1, 0, {}}, "solo").detail,
            "user solo: 1 repository, 0 private");
  EXPECT_EQ(judge_sight(kCheck, {"acme", true, 14, 0, {}}, "acme").health, Health::kWarning);
  EXPECT_EQ(judge_sight(kCheck, {"acme", true, 0, 0, {}}, "acme").health, Health::kFailed);
}

TEST(JudgeSight, ExplainsWhatIsNotSeen) {
  const Finding unknown = judge_sight(
      kCheck, {"", false, 0, 0, {{"NOT_FOUND", "Could not resolve", {"repositoryOwner"}}}}, "acne");
  EXPECT_EQ(unknown.health, Health::kFailed);
  EXPECT_THAT(unknown.detail, HasSubstr("no organisation or user 'acne'"));
  EXPECT_THAT(unknown.remedy, HasSubstr("GITHUB_ORG"));
  const Finding single_sign_on =
      judge_sight(kCheck, {"", false, 0, 0, {{"FORBIDDEN", kSaml, {"repositoryOwner"}}}}, "acme");
  EXPECT_EQ(single_sign_on.health, Health::kFailed);
  EXPECT_THAT(single_sign_on.remedy,
              AllOf(HasSubstr("single sign-on"), HasSubstr("Configure SSO")));
}

std::vector<std::string> below_pull_request(const char* field) {
  return {"repositoryOwner", "repositories", "nodes", "0", "pullRequests", "nodes", "0", field};
}

TEST(JudgeSample, NamesThePermissionThatIsMissing) {
  EXPECT_EQ(judge_sample(kCheck, {"web#7", {}}).health, Health::kOk);
  EXPECT_EQ(judge_sample(kCheck, {"", {}}).health, Health::kOk);
  const struct {
    const char* field;
    const char* permission;
  } kCases[] = {{"commits", "contents: read"},
                {"reviews", "pull_requests: read"},
                {"comments", "issues: read"},
                {"reviewRequests", "pull_requests: read"}};
  for (const auto& [field, permission] : kCases) {
    const Finding finding =
        judge_sample(kCheck, {"web#7",
                              {{"FORBIDDEN", "Resource not accessible by personal access token",
                                below_pull_request(field)}}});
    EXPECT_EQ(finding.health, Health::kFailed) << field;
    EXPECT_THAT(finding.detail, AllOf(HasSubstr(permission), HasSubstr("not accessible")));
    EXPECT_FALSE(finding.remedy.empty());
  }
}

TEST(JudgeSample, NamesScopesAndSingleSignOn) {
  EXPECT_THAT(
      judge_sample(kCheck, {"", {{"INSUFFICIENT_SCOPES", "The 'combinedSlug' field …", {}}}})
          .remedy,
      HasSubstr("read:org"));
  const std::vector<GraphQlError> hidden = {
      {"FORBIDDEN", kSaml, {"repositoryOwner", "repositories", "nodes", "0"}}};
  EXPECT_EQ(judge_sample(kCheck, {"", hidden}).health, Health::kFailed);
  const Finding partly = judge_sample(kCheck, {"web#7", hidden});
  EXPECT_EQ(partly.health, Health::kWarning) << "others can be read";
  EXPECT_THAT(partly.remedy, HasSubstr("Configure SSO"));
}

TEST(JudgePermissions, NamesThoseThatAnAppLacks) {
  const Permissions all = {
      {"contents", "read"}, {"issues", "write"}, {"metadata", "read"}, {"pull_requests", "admin"}};
  EXPECT_EQ(judge_permissions(kCheck, all).health, Health::kOk);
  for (const auto& [name, level] : all) {
    Permissions fewer = all;
    fewer.erase(name);
    const Finding finding = judge_permissions(kCheck, fewer);
    EXPECT_EQ(finding.health, Health::kFailed);
    EXPECT_EQ(finding.detail, name + " can't be read");
    EXPECT_THAT(finding.remedy, HasSubstr("Permissions & events"));
  }
  EXPECT_EQ(judge_permissions(kCheck, {}).detail,
            "contents, issues, metadata, pull_requests can't be read");
}

}  // namespace
}  // namespace github_stats::doctor
