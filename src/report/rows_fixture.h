// Rows for tests: a small organisation in January 2026.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "report/rows.h"

namespace github_stats {

inline Time at(std::string_view text) {
  const auto time = parse_time(text);
  EXPECT_TRUE(time) << text;
  return time.value_or(Time());
}

inline Day day(std::string_view text) {
  const auto parsed = parse_day("a test", text);
  EXPECT_TRUE(parsed) << text;
  return parsed.value_or(Day());
}

// Two weeks, Monday to Sunday, and the two before; repositories "api" and "web"; people "ann",
// "bob" and "Cid".
inline Rows small_rows() {
  Rows rows;
  rows.org = "acme";
  rows.as_of = at("2026-01-25T23:59:59Z");
  rows.period = {day("2026-01-12"), day("2026-01-25")};
  rows.before = before(rows.period);
  rows.rows_from = day("2025-12-01");
  rows.stale_after_days = 14;
  rows.repositories = {"api", "web"};
  rows.people = {"ann", "bob", "Cid"};
  return rows;
}

// A pull request of ann's in "api"; rows are to be added in the order of their opening.
inline PullRequest open_since(std::string_view created_at) {
  PullRequest pull;
  pull.author = 0;
  pull.number = 1;
  pull.created_at = at(created_at);
  pull.ready_at = pull.created_at;
  pull.last_activity_at = pull.created_at;
  pull.title = "Do it";
  pull.url = "https://github.com/acme/api/pull/1";
  return pull;
}

inline PullRequest merged(std::string_view created_at, std::string_view merged_at,
                          int64_t cycle_seconds) {
  PullRequest pull = open_since(created_at);
  pull.title.clear();
  pull.url.clear();
  pull.closed_at = at(merged_at);
  pull.is_merged = true;
  pull.seconds[static_cast<size_t>(Phase::kCycle)] = cycle_seconds;
  pull.size = 30;
  return pull;
}

}  // namespace github_stats
