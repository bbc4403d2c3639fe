// What a report is made of: the pull requests that were open at some time in its period or in the
// one before, and who reviewed them, as all that was known at one moment.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "report/period.h"

namespace github_stats {

// The spans of a pull request's life that are reported; docs/metrics.md defines them.
enum class Phase { kCycle, kCoding, kPickup, kReview, kMerge };

inline constexpr std::array<std::string_view, 5> kPhaseNames = {"cycle", "coding", "pickup",
                                                                "review", "merge"};

// No person, or none that is told of.
inline constexpr int32_t kNobody = -1;

struct PullRequest {
  int32_t repository = 0;    // index in Rows::repositories
  int32_t author = kNobody;  // index in Rows::people; bots and deleted accounts are nobody
  int64_t number = 0;
  bool is_bot = false;
  bool is_draft = false;
  bool is_merged = false;
  bool is_unreviewed = false;   // merged without a review of others
  bool is_self_merged = false;  // by its author, without an approval of others
  bool is_stale = false;        // open, and no human has done anything for long
  Time created_at;
  std::optional<Time> ready_at;
  std::optional<Time> first_review_at;
  std::optional<Time> closed_at;  // merged or not
  Time last_activity_at;          // of a human
  Time collected_at;
  std::array<std::optional<int64_t>, kPhaseNames.size()> seconds;  // by Phase
  std::optional<int64_t> size;                                     // lines
  std::string title;                                               // of open ones only
  std::string url;                                                 // of open ones only

  bool is_open() const { return !closed_at; }
  bool is_waiting() const { return is_open() && !is_draft && ready_at && !first_review_at; }
  std::optional<int64_t> in(Phase phase) const { return seconds[static_cast<size_t>(phase)]; }

  // Whether it was open at the end of that day.
  bool is_open_after(Day day) const {
    return day_of(created_at) <= day && (!closed_at || day_of(*closed_at) > day);
  }
};

// Somebody's first review or review comment on a pull request, while that was open.
struct FirstReview {
  size_t pull_request = 0;     // index in Rows::pull_requests
  int32_t reviewer = kNobody;  // index in Rows::people
  Day day;
};

struct TeamOfPeople {
  std::string name;
  std::vector<int32_t> people;  // sorted
};

// How much is told of people.
enum class People {
  kNamed,
  kAnonymous,  // pseudonyms; neither titles, numbers nor addresses of pull requests, which lead to
               // names
  kNone,       // nothing about anybody in particular
};

struct Rows {
  std::string org;
  Time as_of;
  Period period;
  std::optional<Period> before;  // none when the rows do not reach back so far
  Day rows_from;                 // what had ended before was not collected, or did not exist
  int64_t stale_after_days = 0;
  People of_people = People::kNamed;
  std::vector<std::string> repositories;   // sorted by name
  std::vector<std::string> people;         // sorted by name
  std::vector<TeamOfPeople> teams;         // in the file's order
  std::vector<PullRequest> pull_requests;  // by created_at, repository, number
  std::vector<FirstReview> reviews;        // by pull request, reviewer
};

}  // namespace github_stats
