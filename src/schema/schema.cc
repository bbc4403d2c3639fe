#include "schema/schema.h"

#include <algorithm>

namespace github_stats {
namespace {

using enum ColumnType;

constexpr bool kRequired = true;
constexpr bool kNullable = false;

constexpr Column kOrg = {"org", kText, kRequired, "Organisation (or user account) on GitHub"};
constexpr Column kRepo = {"repo", kText, kRequired, "Repository, without the organisation"};
constexpr Column kPrNumber = {"pr_number", kInteger, kRequired,
                              "The pull request's number; joins to pull_requests.number"};
constexpr Column kNodeId = {"id", kText, kRequired, "GitHub's global node id"};
constexpr Column kDatabaseId = {"database_id", kInteger, kNullable, "GitHub's numeric id"};
constexpr Column kAuthorType = {"author_type", kText, kNullable,
                                "What the author is: User, Bot, Mannequin, Organization, …"};
constexpr Column kAssociation = {
    "author_association", kText, kNullable,
    "The author's relation to the repository: MEMBER, CONTRIBUTOR, NONE, …"};
constexpr Column kHasText = {
    "has_text", kBoolean, kNullable,
    "Whether the text is more than blanks, kept or not; null in rows of older versions"};
constexpr Column kUrl = {"url", kText, kNullable, "Page on GitHub"};
constexpr Column kCollectedAt = {"collected_at", kTimestamp, kRequired,
                                 "When this was read from GitHub; the newest wins"};
constexpr Column kCollectionId = {"collection_id", kText, kRequired,
                                  "The collection (run) that read it"};

constexpr Column kPullRequestColumns[] = {
    kOrg,
    kRepo,
    {"number", kInteger, kRequired, "The pull request's number in its repository"},
    kNodeId,
    kDatabaseId,
    {"title", kText, kNullable, "Title"},
    {"body", kText, kNullable, "Description, Markdown"},
    kHasText,
    {"state", kText, kRequired, "OPEN, CLOSED (unmerged) or MERGED"},
    {"is_draft", kBoolean, kNullable, "Whether it is a draft now"},
    {"opened_as_draft", kBoolean, kNullable, "Whether it was a draft when it was opened"},
    {"author", kText, kNullable, "Login; null when the account was deleted"},
    kAuthorType,
    kAssociation,
    kUrl,
    {"base_ref", kText, kNullable, "Branch it merges into"},
    {"head_ref", kText, kNullable, "Branch it comes from"},
    {"head_repo", kText, kNullable,
     "Repository it comes from, owner/name; null when that was deleted"},
    {"is_cross_repository", kBoolean, kNullable, "Whether it comes from another repository"},
    {"created_at", kTimestamp, kRequired, "When it was opened"},
    {"updated_at", kTimestamp, kRequired, "When it last changed; never before created_at"},
    {"closed_at", kTimestamp, kNullable, "When it was closed, merged or not"},
    {"merged_at", kTimestamp, kNullable, "When it was merged"},
    {"merged_by", kText, kNullable, "Login of who merged it"},
    {"merge_commit_sha", kText, kNullable, "Commit that the merge made"},
    {"ready_for_review_at", kTimestamp, kNullable,
     "When it was first marked ready for review, if it was ever a draft"},
    {"additions", kInteger, kNullable, "Lines added"},
    {"deletions", kInteger, kNullable, "Lines deleted"},
    {"changed_files", kInteger, kNullable, "Files changed"},
    {"commit_count", kInteger, kNullable, "Commits, as GitHub counts them"},
    {"review_count", kInteger, kNullable, "Reviews, as GitHub counts them"},
    {"review_comment_count", kInteger, kNullable, "Review comments, as GitHub counts them"},
    {"issue_comment_count", kInteger, kNullable, "Comments in the conversation, as GitHub counts"},
    {"review_decision", kText, kNullable, "APPROVED, CHANGES_REQUESTED, REVIEW_REQUIRED or null"},
    {"labels", kTextList, kNullable, "Names of its labels"},
    {"assignees", kTextList, kNullable, "Logins of those it is assigned to"},
    {"requested_reviewers", kTextList, kNullable,
     "Logins and teams whose review is still asked for"},
    {"milestone", kText, kNullable, "Title of its milestone"},
    kCollectedAt,
    kCollectionId,
};

constexpr Column kCommitColumns[] = {
    kOrg,
    kRepo,
    kPrNumber,
    {"sha", kText, kRequired, "Commit id"},
    {"message", kText, kNullable, "Whole message"},
    kHasText,
    {"author", kText, kNullable, "Author's login; null when no account has the e-mail address"},
    {"author_name", kText, kNullable, "Author's name, as in the commit"},
    {"author_email", kText, kNullable, "Author's e-mail address, as in the commit"},
    {"author_date", kTimestamp, kNullable, "When it was written; survives a rebase"},
    {"committer", kText, kNullable, "Committer's login"},
    {"commit_date", kTimestamp, kRequired, "When it was committed; a rebase moves it"},
    {"additions", kInteger, kNullable, "Lines added"},
    {"deletions", kInteger, kNullable, "Lines deleted"},
    {"changed_files", kInteger, kNullable, "Files changed"},
    {"parent_count", kInteger, kNullable, "Parents; 2 or more is a merge"},
    {"co_authors", kTextList, kNullable, "From the message's Co-authored-by trailers"},
    kUrl,
    kCollectedAt,
    kCollectionId,
};

constexpr Column kReviewColumns[] = {
    kOrg,
    kRepo,
    kPrNumber,
    kNodeId,
    kDatabaseId,
    {"reviewer", kText, kNullable, "Login; null when the account was deleted"},
    {"reviewer_type", kText, kNullable, "What the reviewer is: User, Bot, Mannequin, …"},
    kAssociation,
    {"state", kText, kRequired, "APPROVED, CHANGES_REQUESTED, COMMENTED or DISMISSED"},
    {"body", kText, kNullable, "Text, Markdown; often empty"},
    kHasText,
    {"commit_sha", kText, kNullable, "Commit that was reviewed"},
    {"submitted_at", kTimestamp, kRequired, "When it was submitted; pending ones are left out"},
    {"comment_count", kInteger, kNullable, "Review comments that belong to it"},
    kUrl,
    kCollectedAt,
    kCollectionId,
};

constexpr Column kReviewCommentColumns[] = {
    kOrg,
    kRepo,
    kPrNumber,
    kNodeId,
    kDatabaseId,
    {"review_id", kText, kNullable, "The review it belongs to; joins to reviews.id"},
    {"author", kText, kNullable, "Login; null when the account was deleted"},
    kAuthorType,
    kAssociation,
    {"body", kText, kNullable, "Text, Markdown"},
    kHasText,
    {"path", kText, kNullable, "File it is about"},
    {"line", kInteger, kNullable, "Line it is about; null when outdated or about the whole file"},
    {"start_line", kInteger, kNullable, "First line, of a comment on several"},
    {"original_line", kInteger, kNullable, "Line when it was written"},
    {"diff_hunk", kText, kNullable, "The part of the diff that it is about"},
    {"in_reply_to_id", kText, kNullable, "The comment it answers; joins to id"},
    {"commit_sha", kText, kNullable, "Commit it is about"},
    {"outdated", kBoolean, kNullable, "Whether the lines it is about have changed since"},
    {"created_at", kTimestamp, kRequired, "When it was written"},
    {"updated_at", kTimestamp, kRequired, "When it was last edited"},
    kUrl,
    kCollectedAt,
    kCollectionId,
};

constexpr Column kIssueCommentColumns[] = {
    kOrg,
    kRepo,
    kPrNumber,
    kNodeId,
    kDatabaseId,
    {"author", kText, kNullable, "Login; null when the account was deleted"},
    kAuthorType,
    kAssociation,
    {"body", kText, kNullable, "Text, Markdown"},
    kHasText,
    {"created_at", kTimestamp, kRequired, "When it was written"},
    {"updated_at", kTimestamp, kRequired, "When it was last edited"},
    kUrl,
    kCollectedAt,
    kCollectionId,
};

// Durations are in seconds. A sum and its count are over the pull requests merged that day that
// have the phase; percentiles interpolate linearly and are null where the count is 0.
constexpr Column kMetricsColumns[] = {
    kOrg,
    kRepo,
    {"metric_date", kDate, kRequired, "Day in UTC on which the counted things happened"},
    {"author", kText, kRequired,
     "Login whose activity this is; '' for deleted accounts and commits of no account"},
    {"is_bot", kBoolean, kNullable, "Whether the author is a bot"},
    {"prs_opened", kInteger, kNullable, "Pull requests opened"},
    {"prs_merged", kInteger, kNullable, "Their pull requests that were merged"},
    {"prs_closed", kInteger, kNullable, "Their pull requests that were closed unmerged"},
    {"commits", kInteger, kNullable, "Different commits of pull requests, by author date"},
    {"additions", kInteger, kNullable, "Lines added by their pull requests merged that day"},
    {"deletions", kInteger, kNullable, "Lines deleted by their pull requests merged that day"},
    {"reviews_given", kInteger, kNullable, "Reviews of others' pull requests, of any state"},
    {"reviews_approved", kInteger, kNullable, "Reviews given that approved"},
    {"reviews_changes_requested", kInteger, kNullable, "Reviews given that asked for changes"},
    {"reviews_commented", kInteger, kNullable, "Reviews given that only commented"},
    {"reviews_dismissed", kInteger, kNullable, "Reviews given that were dismissed later"},
    {"prs_reviewed", kInteger, kNullable, "Different pull requests of others they reviewed"},
    {"reviews_received", kInteger, kNullable, "Reviews of their pull requests by other humans"},
    {"review_comments_given", kInteger, kNullable, "Review comments on others' pull requests"},
    {"issue_comments_given", kInteger, kNullable, "Conversation comments on others' pull requests"},
    {"cycle_seconds_sum", kInteger, kNullable,
     "First commit or ready, whichever came first, to merge"},
    {"cycle_seconds_count", kInteger, kNullable, "Pull requests in cycle_seconds_sum"},
    {"cycle_seconds_p50", kReal, kNullable, "Median of the cycle time"},
    {"cycle_seconds_p90", kReal, kNullable, "90th percentile of the cycle time"},
    {"coding_seconds_sum", kInteger, kNullable, "First commit to ready for review"},
    {"coding_seconds_count", kInteger, kNullable, "Pull requests in coding_seconds_sum"},
    {"coding_seconds_p50", kReal, kNullable, "Median of the coding time"},
    {"coding_seconds_p90", kReal, kNullable, "90th percentile of the coding time"},
    {"pickup_seconds_sum", kInteger, kNullable, "Ready for review to first review"},
    {"pickup_seconds_count", kInteger, kNullable, "Pull requests in pickup_seconds_sum"},
    {"pickup_seconds_p50", kReal, kNullable, "Median of the pickup time"},
    {"pickup_seconds_p90", kReal, kNullable, "90th percentile of the pickup time"},
    {"review_seconds_sum", kInteger, kNullable, "First review to merge"},
    {"review_seconds_count", kInteger, kNullable, "Pull requests in review_seconds_sum"},
    {"review_seconds_p50", kReal, kNullable, "Median of the review time"},
    {"review_seconds_p90", kReal, kNullable, "90th percentile of the review time"},
    {"merge_seconds_sum", kInteger, kNullable, "First approval to merge"},
    {"merge_seconds_count", kInteger, kNullable, "Pull requests in merge_seconds_sum"},
    {"merge_seconds_p50", kReal, kNullable, "Median of the merge time"},
    {"merge_seconds_p90", kReal, kNullable, "90th percentile of the merge time"},
    {"size_lines_sum", kInteger, kNullable, "Additions and deletions"},
    {"size_lines_count", kInteger, kNullable, "Pull requests in size_lines_sum"},
    {"size_lines_p50", kReal, kNullable, "Median of the size"},
    {"size_lines_p90", kReal, kNullable, "90th percentile of the size"},
    {"collected_at", kTimestamp, kRequired, "When the newest row this is derived from was read"},
    {"collection_id", kText, kRequired, "The collection that read that row"},
};

constexpr Column kLoadsColumns[] = {
    kOrg,
    {"chunk_key", kText, kRequired, "The chunk's name in the object store"},
    {"stream", kText, kRequired, "What the chunk holds: the name of a table"},
    {"collection_id", kText, kNullable, "The collection that wrote the chunk; null if it is empty"},
    {"row_count", kInteger, kNullable,
     "Rows in the chunk, whether or not they were newest; null where a load can't tell"},
    {"loaded_at", kTimestamp, kRequired, "When it was loaded last"},
};

constexpr std::string_view kPullRequestKey[] = {"org", "repo", "number"};
constexpr std::string_view kCommitKey[] = {"org", "repo", "pr_number", "sha"};
constexpr std::string_view kIdKey[] = {"org", "repo", "id"};
constexpr std::string_view kMetricsKey[] = {"org", "repo", "metric_date", "author"};
constexpr std::string_view kLoadsKey[] = {"org", "chunk_key"};

constexpr std::string_view kByAuthor[] = {"org", "repo", "author"};
constexpr std::string_view kByReviewer[] = {"org", "repo", "reviewer"};

constexpr Table kTables[] = {
    {"pull_requests", "One row a pull request, as it was when last collected", kPullRequestColumns,
     kPullRequestKey, "updated_at", kByAuthor},
    {"commits", "Commits of pull requests", kCommitColumns, kCommitKey, "commit_date", kByAuthor},
    {"reviews", "Submitted reviews of pull requests", kReviewColumns, kIdKey, "submitted_at",
     kByReviewer},
    {"review_comments", "Comments on lines of pull requests' diffs", kReviewCommentColumns, kIdKey,
     "created_at", kByAuthor},
    {"issue_comments", "Comments in pull requests' conversations", kIssueCommentColumns, kIdKey,
     "created_at", kByAuthor},
    {"metrics", "What each author did in each repository on each day, derived from the others",
     kMetricsColumns, kMetricsKey, "metric_date", kByAuthor},
};

constexpr Table kLoads = {"_loads",      "Bookkeeping: the chunks that have been loaded",
                          kLoadsColumns, kLoadsKey,
                          "loaded_at",   kLoadsKey};

}  // namespace

std::string_view to_string(Stream stream) { return table_of(stream).name; }

std::optional<Stream> stream_named(std::string_view name) {
  const auto* const found =
      std::ranges::find(kStreams, name, [](Stream s) { return to_string(s); });
  return found == kStreams.end() ? std::nullopt : std::optional(*found);
}

std::span<const Table> tables() { return kTables; }

const Table& loads_table() { return kLoads; }

const Table& table_of(Stream stream) { return kTables[static_cast<size_t>(stream)]; }

std::string_view pull_request_column(Stream stream) {
  return stream == Stream::kPullRequests ? "number" : "pr_number";
}

}  // namespace github_stats
