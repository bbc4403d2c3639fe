#include "report/privacy.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/ascii.h"
#include "report/digest.h"

namespace github_stats {
namespace {

std::string text_of(const std::optional<Time>& time) { return time ? format_time(*time) : "-"; }

// A digest of the rows that nobody has without them.
std::string digest_of(const Rows& rows) {
  std::string digest;
  for (const PullRequest& pull : rows.pull_requests) {
    const std::string& repository = rows.repositories[static_cast<size_t>(pull.repository)];
    digest = sha256(fmt::format("{} {} {} {} {} {} {} {} {}", digest, repository, pull.number,
                                pull.author, text_of(pull.created_at), text_of(pull.ready_at),
                                text_of(pull.first_review_at), text_of(pull.closed_at),
                                text_of(pull.collected_at)));
    digest = pull.title.empty() ? digest : keyed_digest(digest, pull.title);
  }
  for (const FirstReview& review : rows.reviews) {
    digest = sha256(fmt::format("{} {} {} {}", digest, review.pull_request, review.reviewer,
                                format_day(review.day)));
  }
  return digest;
}

// Gives everybody the number that `moved_to` has for them.
void renumber(Rows& rows, const std::vector<int32_t>& moved_to) {
  const auto move = [&](int32_t& person) {
    person = person == kNobody ? kNobody : moved_to[static_cast<size_t>(person)];
  };
  for (PullRequest& pull : rows.pull_requests) {
    move(pull.author);
  }
  for (FirstReview& review : rows.reviews) {
    move(review.reviewer);
  }
  std::ranges::sort(rows.reviews, {}, [](const FirstReview& review) {
    return std::pair(review.pull_request, review.reviewer);
  });
  for (TeamOfPeople& team : rows.teams) {
    std::ranges::for_each(team.people, move);
    std::ranges::sort(team.people);
  }
}

void remove_titles(Rows& rows) {
  for (PullRequest& pull : rows.pull_requests) {
    pull.title.clear();
    pull.url.clear();
  }
}

}  // namespace

std::vector<std::string> add_teams(Rows& rows, const std::vector<Team>& teams) {
  std::map<std::string, int32_t> known;
  for (size_t i = 0; i < rows.people.size(); ++i) {
    known.emplace(lower(rows.people[i]), static_cast<int32_t>(i));
  }
  std::vector<std::string> unknown;
  for (const Team& team : teams) {
    TeamOfPeople members{.name = team.name, .people = {}};
    for (const std::string& login : team.logins) {
      if (const auto found = known.find(lower(login)); found != known.end()) {
        members.people.push_back(found->second);
      } else if (std::ranges::find(unknown, login) == unknown.end()) {
        unknown.push_back(login);
      }
    }
    std::ranges::sort(members.people);
    rows.teams.push_back(std::move(members));
  }
  return unknown;
}

void make_anonymous(Rows& rows) {
  const std::string key = digest_of(rows);
  std::vector<std::pair<std::string, size_t>> order;
  for (size_t i = 0; i < rows.people.size(); ++i) {
    order.emplace_back(keyed_digest(key, rows.people[i]), i);
  }
  std::ranges::sort(order);
  std::vector<int32_t> moved_to(rows.people.size());
  for (size_t i = 0; i < order.size(); ++i) {
    moved_to[order[i].second] = static_cast<int32_t>(i);
    rows.people[i] = fmt::format("person {}", i + 1);
  }
  renumber(rows, moved_to);
  remove_titles(rows);
  for (PullRequest& pull : rows.pull_requests) {
    pull.number = 0;
  }
  rows.of_people = People::kAnonymous;
}

void remove_people(Rows& rows) {
  renumber(rows, std::vector<int32_t>(rows.people.size(), kNobody));
  rows.people.clear();
  rows.teams.clear();
  remove_titles(rows);
  rows.of_people = People::kNone;
}

}  // namespace github_stats
