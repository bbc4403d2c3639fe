// The figures of a report. src/report/page/figures.mjs calculates the same in the page, where they
// can be filtered; docs/report.md says what each means.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "report/rows.h"

namespace github_stats {

// How values are distributed: percentiles, interpolated linearly and rounded to whole seconds or
// lines. Null where there are no values.
struct Summary {
  int64_t count = 0;
  std::optional<int64_t> p50;
  std::optional<int64_t> p75;
  std::optional<int64_t> p90;

  bool operator==(const Summary&) const = default;
};

// Sorts `values`.
Summary summarize(std::vector<int64_t>& values);

// What is measured of any set of pull requests in any span of days. Bots' pull requests are in
// `bots_merged` only.
struct Measures {
  int64_t opened = 0;
  int64_t merged = 0;
  int64_t closed = 0;  // without a merge
  int64_t open = 0;    // at the end of the last day
  int64_t bots_merged = 0;
  int64_t unreviewed = 0;  // of those merged
  int64_t self_merged = 0;
  int64_t reviews = 0;  // pairs of a pull request and somebody who began to review it
  std::array<Summary, kPhaseNames.size()> phases;  // of those merged
  Summary size;                                    // of those merged
};

struct Week {
  Day monday;
  Measures measures;
};

struct SizeClass {
  int64_t from = 0;
  std::optional<int64_t> to;  // inclusive
  Measures measures;
};

// How many of the pull requests merged were about so large and took about so long: both by the
// number of their binary digits, of lines and of minutes.
struct SizeTimeCell {
  int32_t size = 0;
  int32_t time = 0;
  int64_t count = 0;
};

struct ReviewPair {
  int32_t reviewer = kNobody;
  int32_t author = kNobody;
  int64_t pull_requests = 0;
};

inline constexpr int64_t kHour = 3600;
inline constexpr int64_t kDaySeconds = 24 * kHour;
inline constexpr int64_t kWeekSeconds = 7 * kDaySeconds;

// Class i is below bound i; the last has the rest.
inline constexpr std::array<int64_t, 10> kDurationBounds = {
    kHour,           4 * kHour,    12 * kHour,       kDaySeconds,      2 * kDaySeconds,
    4 * kDaySeconds, kWeekSeconds, 2 * kWeekSeconds, 4 * kWeekSeconds, 8 * kWeekSeconds};
inline constexpr std::array<int64_t, 7> kAgeBounds = {
    kDaySeconds,      3 * kDaySeconds,   kWeekSeconds,     2 * kWeekSeconds,
    4 * kWeekSeconds, 12 * kWeekSeconds, 26 * kWeekSeconds};
inline constexpr std::array<int64_t, 5> kSizeBounds = {10, 50, 250, 1000, 5000};

using DurationCounts = std::array<int64_t, kDurationBounds.size() + 1>;

// What is open at Rows::as_of, by people.
struct OpenWork {
  int64_t count = 0;
  int64_t drafts = 0;
  int64_t waiting = 0;  // ready, no draft, and never reviewed
  int64_t stale = 0;
  std::array<int64_t, kAgeBounds.size() + 1> ages{};
  std::vector<size_t> oldest;           // in Rows::pull_requests, kMostListed at most
  std::vector<size_t> longest_waiting;  // likewise
};

inline constexpr size_t kMostListed = 20;

struct Figures {
  Measures period;
  std::optional<Measures> before;
  std::vector<Week> weeks;                                        // all that the period touches
  std::array<DurationCounts, kPhaseNames.size()> distribution{};  // by Phase, of those merged
  std::vector<SizeClass> sizes;
  std::vector<SizeTimeCell> size_time;  // by size, time
  OpenWork open;
  std::map<int32_t, Measures> repositories;  // those with something to tell
  std::map<int32_t, Measures> people;        // likewise; their reviews are those they gave
  std::vector<ReviewPair> review_pairs;      // by reviewer, author
};

Figures calculate_figures(const Rows& rows);

}  // namespace github_stats
