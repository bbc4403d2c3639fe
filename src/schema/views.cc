#include "schema/schema.h"

namespace github_stats {
namespace {

using enum ColumnType;

constexpr bool kRequired = true;
constexpr bool kNullable = false;

constexpr Column kEventColumns[] = {
    {"org", kText, kRequired, "Organisation (or user account) on GitHub"},
    {"repo", kText, kRequired, "Repository, without the organisation"},
    {"number", kInteger, kRequired, "The pull request's number in its repository"},
    {"kind", kText, kRequired, "commit, review, review_comment or issue_comment"},
    {"id", kText, kRequired, "The thing's id; a commit's sha"},
    {"happened_at", kTimestamp, kRequired,
     "When it was submitted or written; a commit's author date"},
    {"actor", kText, kNullable, "Login; null for deleted accounts and commits of no account"},
    {"is_bot", kBoolean, kRequired, "Whether the actor is a bot"},
    {"is_by_author", kBoolean, kRequired,
     "Whether the actor is the pull request's author; also when both are unknown"},
    {"state", kText, kNullable, "A review's state"},
    {"has_text", kBoolean, kRequired, "Whether it is more than blanks"},
    {"commit_sha", kText, kNullable, "The commit it is or is about"},
    {"collected_at", kTimestamp, kRequired, "When this was read from GitHub"},
    {"collection_id", kText, kRequired, "The collection (run) that read it"},
};

// Durations are in seconds, and null where there is no such phase. "Others" are humans other than
// the author.
constexpr Column kFactColumns[] = {
    {"org", kText, kRequired, "Organisation (or user account) on GitHub"},
    {"repo", kText, kRequired, "Repository, without the organisation"},
    {"number", kInteger, kRequired, "The pull request's number in its repository"},
    {"title", kText, kNullable, "Title"},
    {"url", kText, kNullable, "Page on GitHub"},
    {"author", kText, kNullable, "Login; null when the account was deleted"},
    {"is_bot", kBoolean, kRequired, "Whether the author is a bot"},
    {"state", kText, kRequired, "OPEN, CLOSED (unmerged) or MERGED"},
    {"is_draft", kBoolean, kNullable, "Whether it is a draft now"},
    {"base_ref", kText, kNullable, "Branch it merges into"},
    {"created_at", kTimestamp, kRequired, "When it was opened"},
    {"closed_at", kTimestamp, kNullable, "When it was closed, merged or not"},
    {"merged_at", kTimestamp, kNullable, "When it was merged"},
    {"merged_by", kText, kNullable, "Login of who merged it"},
    {"ready_at", kTimestamp, kNullable,
     "When it was first ready for review; null when it is a draft that never was"},
    {"first_commit_at", kTimestamp, kNullable, "Earliest author date of its commits"},
    {"first_response_at", kTimestamp, kNullable,
     "First review or comment of others between ready and close"},
    {"first_review_at", kTimestamp, kNullable,
     "First review or review comment of others between ready and close"},
    {"first_approval_at", kTimestamp, kNullable, "First approval of others, up to the merge"},
    {"coding_seconds", kInteger, kNullable, "First commit to ready for review, at least 0"},
    {"coding_clamped", kBoolean, kNullable,
     "Whether the first commit is later than ready, so that coding_seconds was made 0"},
    {"response_seconds", kInteger, kNullable, "Ready for review to first response"},
    {"pickup_seconds", kInteger, kNullable, "Ready for review to first review"},
    {"review_seconds", kInteger, kNullable, "First review to merge"},
    {"rework_seconds", kInteger, kNullable, "First review to first approval"},
    {"merge_seconds", kInteger, kNullable, "First approval to merge"},
    {"cycle_seconds", kInteger, kNullable, "First commit or ready, whichever came first, to merge"},
    {"open_to_merge_seconds", kInteger, kNullable, "Ready for review to merge"},
    {"additions", kInteger, kNullable, "Lines added"},
    {"deletions", kInteger, kNullable, "Lines deleted"},
    {"size_lines", kInteger, kNullable, "Additions and deletions"},
    {"changed_files", kInteger, kNullable, "Files changed"},
    {"review_depth", kInteger, kRequired,
     "Review comments and reviews with a text by others, up to the close"},
    {"review_depth_per_100_lines", kReal, kNullable, "The same by 100 lines of size_lines"},
    {"reviewers", kInteger, kRequired, "Others who reviewed it, up to the close"},
    {"review_rounds", kInteger, kRequired, "Different head commits that others reviewed"},
    {"commits_after_first_review", kInteger, kNullable,
     "Commits written after the first review, up to the close"},
    {"self_merged", kBoolean, kNullable,
     "Whether the author merged it without an approval of others; null when unmerged"},
    {"unreviewed", kBoolean, kNullable,
     "Whether it was merged without a review of others; null when unmerged"},
    {"last_activity_at", kTimestamp, kRequired, "When a human last did something to it"},
    {"stale", kBoolean, kRequired,
     "Whether it is open now and no human has done anything for STALE_AFTER_DAYS"},
    {"collected_at", kTimestamp, kRequired, "When this was read from GitHub"},
    {"collection_id", kText, kRequired, "The collection (run) that read it"},
};

constexpr View kViews[] = {
    {"pull_request_events", "One row for each thing done to a pull request", kEventColumns},
    {"pull_request_facts", "One row a pull request: when it got how far, and what that took",
     kFactColumns},
};

}  // namespace

std::span<const View> views() { return kViews; }

}  // namespace github_stats
