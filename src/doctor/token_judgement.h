// What is to be said of a token of GitHub's. Pure: facts in, findings out; never the token itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "doctor/finding.h"
#include "github/github_client.h"

namespace github_stats::doctor {

// Told by what a token begins with: github.blog, "Behind GitHub's new authentication token
// formats".
enum class TokenKind { kClassic, kFineGrained, kOAuth, kAppUser, kAppInstallation, kUnknown };
TokenKind kind_of(std::string_view token);
std::string_view in_words(TokenKind kind);

// The scopes of an x-oauth-scopes header: "repo, read:org".
std::vector<std::string> scopes_in(std::string_view header);

// Whether the scopes, with all that each includes, are what the queries take. Teams that are asked
// to review need read:org, or GitHub refuses the whole query.
Finding judge_scopes(const Check& check, std::span<const std::string> scopes);

// The header github-authentication-token-expiration: "2026-01-31 23:59:59 UTC", or with an offset.
std::optional<Time> expiry_in(std::string_view header);
Finding judge_expiry(const Check& check, const std::optional<Time>& expires_at, Time now);

// GraphQL's budget of this hour.
struct HourLeft {
  int64_t limit = 0;
  int64_t remaining = 0;
  Time resets_at;
};
// `reserve`: as RESERVE_POINTS.
Finding judge_budget(const Check& check, const HourLeft& left, int64_t reserve, Time now);

// What the token sees of the owner.
struct Sight {
  std::string owner;  // as GitHub spells it; empty: nothing
  bool is_organisation = false;
  int64_t repositories = 0;
  int64_t hidden_from_others = 0;    // private ones
  std::vector<GraphQlError> errors;  // that came with it
};
Finding judge_sight(const Check& check, const Sight& sight, std::string_view wanted);

// What came of asking for a pull request with its commits, reviews and comments.
struct Sample {
  std::string pull_request;  // "web#7"; empty: there was none to ask for
  std::vector<GraphQlError> errors;
};
Finding judge_sample(const Check& check, const Sample& sample);

// A GitHub App's permissions, by name: "read", "write", "admin".
using Permissions = std::map<std::string, std::string, std::less<>>;
Finding judge_permissions(const Check& check, const Permissions& permissions);

}  // namespace github_stats::doctor
