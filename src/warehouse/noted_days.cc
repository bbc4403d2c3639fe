#include "warehouse/noted_days.h"

namespace github_stats {
namespace {

// The times of a row that count for a day's metrics.
std::string_view times_of(Stream stream) {
  switch (stream) {
    case Stream::kPullRequests:
      return "created_at, closed_at, merged_at";
    case Stream::kCommits:
      return "coalesce(author_date, commit_date)";
    case Stream::kReviews:
      return "submitted_at";
    case Stream::kReviewComments:
    case Stream::kIssueComments:
      return "created_at";
  }
  return "";
}

}  // namespace

std::string note_days(const Dialect& dialect, Stream stream, std::string_view rows) {
  return dialect.statement("note_days", {{"rows", std::string(rows)},
                                         {"number", std::string(pull_request_column(stream))},
                                         {"times", std::string(times_of(stream))}});
}

}  // namespace github_stats
