#include "doctor/token_judgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/split.h"
#include "base/trim.h"
#include "doctor/judgement.h"

namespace github_stats::doctor {
namespace {

using std::chrono::hours;

constexpr Duration kSoon = hours(14 * 24);
constexpr const char* kNewToken =
    "make a new token in GitHub's settings (Developer settings, Personal access tokens) and set it "
    "as GITHUB_TOKEN";

constexpr std::string_view kRepository = "a repository";

bool has_any(std::span<const std::string> scopes, std::initializer_list<std::string_view> wanted) {
  return std::ranges::any_of(scopes, [&](const std::string& scope) {
    return std::ranges::find(wanted, scope) != wanted.end();
  });
}

bool mentions_saml(std::string_view message) {
  return message.find("SAML") != std::string_view::npos;
}

// What GitHub says, and what can be done about it.
Finding refusal(const Check& check, std::string_view what, const GraphQlError& error) {
  const std::string detail = fmt::format("GitHub does not show {}: {}", what, error.message);
  if (mentions_saml(error.message)) {
    return check.failed(detail,
                        "authorise the token for the organisation's single sign-on: in the list of "
                        "your tokens, 'Configure SSO'");
  }
  if (error.type == "INSUFFICIENT_SCOPES") {
    return check.failed(detail, "give the token the scopes repo and read:org");
  }
  return check.failed(detail,
                      "give the token access to the organisation's repositories, with read access "
                      "to contents, issues, metadata and pull requests");
}

// The permission behind the last named part of an error's path.
std::string_view part_of(const GraphQlError& error) {
  struct Part {
    std::string_view field;
    std::string_view what;
  };
  constexpr std::array kParts = {
      Part{"commits", "the commits of a pull request (permission contents: read)"},
      Part{"reviews", "the reviews of a pull request (permission pull_requests: read)"},
      Part{"comments", "the comments of a pull request (permission issues: read)"},
      Part{"reviewRequests", "who is asked to review (permission pull_requests: read)"},
      Part{"pullRequests", "pull requests (permission pull_requests: read)"},
  };
  for (auto step = error.path.rbegin(); step != error.path.rend(); ++step) {
    const auto* const part = std::ranges::find(kParts, *step, &Part::field);
    if (part != kParts.end()) {
      return part->what;
    }
  }
  return kRepository;
}

// Before 2021 a token was forty hexadecimal digits.
bool is_of_old_form(std::string_view token) {
  constexpr size_t kLength = 40;
  return token.size() == kLength &&
         token.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool grants_reading(std::string_view level) {
  return level == "read" || level == "write" || level == "admin";
}

}  // namespace

TokenKind kind_of(std::string_view token) {
  struct Prefix {
    std::string_view text;
    TokenKind kind;
  };
  constexpr std::array kPrefixes = {
      Prefix{"ghp_", TokenKind::kClassic},         Prefix{"github_pat_", TokenKind::kFineGrained},
      Prefix{"gho_", TokenKind::kOAuth},           Prefix{"ghu_", TokenKind::kAppUser},
      Prefix{"ghs_", TokenKind::kAppInstallation},
  };
  for (const Prefix& prefix : kPrefixes) {
    if (token.starts_with(prefix.text)) {
      return prefix.kind;
    }
  }
  return is_of_old_form(token) ? TokenKind::kClassic : TokenKind::kUnknown;
}

std::string_view in_words(TokenKind kind) {
  switch (kind) {
    case TokenKind::kClassic:
      return "a classic token";
    case TokenKind::kFineGrained:
      return "a fine-grained token";
    case TokenKind::kOAuth:
      return "an OAuth token";
    case TokenKind::kAppUser:
      return "a token of an App for a user";
    case TokenKind::kAppInstallation:
      return "a token of an App's installation";
    case TokenKind::kUnknown:
      return "a token of an unknown kind";
  }
  return "";
}

std::vector<std::string> scopes_in(std::string_view header) {
  std::vector<std::string> scopes;
  for (const std::string_view part : split(header, ',')) {
    if (const auto scope = trimmed(part); !scope.empty()) {
      scopes.emplace_back(scope);
    }
  }
  return scopes;
}

Finding judge_scopes(const Check& check, std::span<const std::string> scopes) {
  const std::string detail = scopes.empty() ? "none" : fmt::format("{}", fmt::join(scopes, ", "));
  if (!has_any(scopes,
               {"read:org", "write:org", "admin:org", "read:discussion", "write:discussion"})) {
    return check.failed(detail + "; read:org is missing",
                        "give the token the scope read:org: without it GitHub refuses every query "
                        "that asks for teams among the reviewers");
  }
  if (!has_any(scopes, {"repo"})) {
    return check.warning(detail + "; without repo only public repositories are seen",
                         "give the token the scope repo if there are private repositories");
  }
  return check.ok(detail);
}

std::optional<Time> expiry_in(std::string_view header) {
  // "2026-01-31 23:59:59 UTC" or "2026-01-31 23:59:59 +0200" as RFC 3339.
  constexpr size_t kDay = 10;
  constexpr size_t kTime = 19;
  const std::string_view text = trimmed(header);
  if (text.size() < kTime) {
    return std::nullopt;
  }
  std::string zone(trimmed(text.substr(kTime)));
  if (zone.size() == 5 && (zone[0] == '+' || zone[0] == '-')) {
    zone.insert(3, ":");
  } else if (zone == "UTC" || zone == "Z") {
    zone = "Z";
  } else {
    return std::nullopt;
  }
  const auto time = parse_time(
      fmt::format("{}T{}{}", text.substr(0, kDay), text.substr(kDay + 1, kTime - kDay - 1), zone));
  return time ? std::optional(*time) : std::nullopt;
}

Finding judge_expiry(const Check& check, const std::optional<Time>& expires_at, Time now) {
  if (!expires_at) {
    return check.ok("GitHub names no day on which it ends");
  }
  const Duration left = *expires_at - now;
  const std::string detail =
      left > Duration(0)
          ? fmt::format("ends in {}, on {}", in_words(left), format_date(*expires_at))
          : fmt::format("ended on {}", format_date(*expires_at));
  return left <= Duration(0) ? check.failed(detail, kNewToken)
         : left <= kSoon     ? check.warning(detail, kNewToken)
                             : check.ok(detail);
}

Finding judge_budget(const Check& check, const HourLeft& left, int64_t reserve, Time now) {
  const std::string detail =
      fmt::format("{} of {} points left of this hour, which ends in {}", left.remaining, left.limit,
                  in_words(std::max(left.resets_at - now, Duration(0))));
  if (reserve > 0 && left.limit <= reserve) {
    return check.failed(fmt::format("{}; {} are kept for others", detail, reserve),
                        "set RESERVE_POINTS below the points of an hour");
  }
  return left.remaining > reserve
             ? check.ok(detail)
             : check.warning(detail, "a collection that is started now waits for the next hour");
}

Finding judge_sight(const Check& check, const Sight& sight, std::string_view wanted) {
  if (sight.owner.empty()) {
    const std::string what = fmt::format("'{}'", wanted);
    const auto told = std::ranges::find_if(
        sight.errors, [](const GraphQlError& error) { return error.type != "NOT_FOUND"; });
    return told != sight.errors.end()
               ? refusal(check, what, *told)
               : check.failed(fmt::format("GitHub knows no organisation or user {}", what),
                              "check GITHUB_ORG (or --org), and that the token may see it");
  }
  const std::string detail = fmt::format(
      "{} {}: {} {}, {} private", sight.is_organisation ? "organisation" : "user", sight.owner,
      sight.repositories, sight.repositories == 1 ? "repository" : "repositories",
      sight.hidden_from_others);
  if (sight.repositories == 0) {
    return check.failed(detail, "give the token access to the repositories");
  }
  return sight.hidden_from_others > 0
             ? check.ok(detail)
             : check.warning(detail,
                             "if it has private repositories, give the token access to them: the "
                             "scope repo, or for a fine-grained token all repositories");
}

Finding judge_sample(const Check& check, const Sample& sample) {
  // A refusal of something inside a pull request tells more than that of a whole repository.
  const auto inner = std::ranges::max_element(
      sample.errors, {}, [](const GraphQlError& error) { return error.path.size(); });
  if (inner != sample.errors.end()) {
    Finding finding = refusal(check, part_of(*inner), *inner);
    if (!sample.pull_request.empty() && part_of(*inner) == kRepository) {
      finding.health = Health::kWarning;  // others can be read
    }
    return finding;
  }
  return sample.pull_request.empty()
             ? check.ok("none in the repositories pushed to last, to try reading it")
             : check.ok(fmt::format("read {} with its commits, reviews and comments",
                                    sample.pull_request));
}

Finding judge_permissions(const Check& check, const Permissions& permissions) {
  std::vector<std::string_view> missing;
  for (const std::string_view name : {"contents", "issues", "metadata", "pull_requests"}) {
    const auto found = permissions.find(name);
    if (found == permissions.end() || !grants_reading(found->second)) {
      missing.push_back(name);
    }
  }
  return missing.empty()
             ? check.ok("contents, issues, metadata and pull requests can be read")
             : check.failed(fmt::format("{} can't be read", fmt::join(missing, ", ")),
                            "give the App read access to that in its settings (Permissions & "
                            "events), and have the organisation accept the change");
}

}  // namespace github_stats::doctor
