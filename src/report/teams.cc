#include "report/teams.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/trim.h"

namespace github_stats {
namespace {

constexpr size_t kLongestLogin = 100;

bool is_login(std::string_view text) {
  if (text.ends_with("[bot]")) {
    text.remove_suffix(std::string_view("[bot]").size());
  }
  return !text.empty() && text.size() <= kLongestLogin &&
         consists_of_letters_digits_and("-_", text);
}

std::string_view without_comment(std::string_view line) {
  for (size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') {
      return line.substr(0, at);
    }
  }
  return line;
}

// The parts of `text` between commas.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (size_t comma = text.find(','); comma != std::string_view::npos; comma = text.find(',')) {
    parts.push_back(trimmed(text.substr(0, comma)));
    text.remove_prefix(comma + 1);
  }
  parts.push_back(trimmed(text));
  return parts;
}

Result<Team> parse_team(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return fail(ErrorCode::kInvalidArgument, "there is no ':' behind a team's name");
  }
  Team team{.name = std::string(trimmed(line.substr(0, colon))), .logins = {}};
  if (team.name.empty()) {
    return fail(ErrorCode::kInvalidArgument, "the team has no name");
  }
  for (const std::string_view login : parts_of(line.substr(colon + 1))) {
    if (!is_login(login)) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' can't be a login", login));
    }
    const auto is_same = [&](const std::string& other) { return lower(other) == lower(login); };
    if (std::ranges::any_of(team.logins, is_same)) {
      return fail(ErrorCode::kInvalidArgument, fmt::format("{} stands there twice", login));
    }
    team.logins.emplace_back(login);
  }
  return team;
}

}  // namespace

Result<std::vector<Team>> parse_teams(std::string_view file, std::string_view text) {
  std::vector<Team> teams;
  for (int number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(without_comment(text.substr(0, end)));
    text.remove_prefix(std::min(text.size(), end + 1));
    if (line.empty()) {
      continue;
    }
    auto team = parse_team(line);
    if (team && std::ranges::any_of(teams, [&](const Team& other) {
          return lower(other.name) == lower(team->name);
        })) {
      team = fail(ErrorCode::kInvalidArgument,
                  fmt::format("the team {} stands in an earlier line as well", team->name));
    }
    if (!team) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{} line {}: {}", file, number, team.error().message),
                  "a line is a team: \"payments: alice, bob\"");
    }
    teams.push_back(*std::move(team));
  }
  return teams;
}

}  // namespace github_stats
