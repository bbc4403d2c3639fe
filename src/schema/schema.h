// The six tables, once, as data. Everything that needs to know a column (the statements of both
// warehouses, the chunks' rows, the documentation) is derived from here.
//
// Columns stand in the order in which rows are written: org, repo, what identifies the row, what
// GitHub says about it, collected_at, collection_id.
//
// Two rules for whoever adds a column: it comes with `required` false, because rows and chunks
// written before it don't have it; and it never goes away again or changes its type.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace github_stats {

// What is collected from GitHub. A stream has a table of the same name.
enum class Stream { kPullRequests, kCommits, kReviews, kReviewComments, kIssueComments };

inline constexpr std::array<Stream, 5> kStreams = {Stream::kPullRequests, Stream::kCommits,
                                                   Stream::kReviews, Stream::kReviewComments,
                                                   Stream::kIssueComments};

// "pull_requests", "commits", …: the stream's folder in the object store and its table.
std::string_view to_string(Stream stream);

// The stream with that name, if there is one.
std::optional<Stream> stream_named(std::string_view name);

// kInteger is 64 bits wide. kTimestamp is a point in UTC, in microseconds. A kTextList is never
// null in a warehouse: a null or missing list is the empty one (BigQuery knows no other).
enum class ColumnType { kText, kInteger, kReal, kBoolean, kTimestamp, kDate, kTextList };

struct Column {
  std::string_view name;
  ColumnType type;
  bool required;                 // never null; a row without it is refused
  std::string_view description;  // one line, for a person; also the warehouse's column comment
};

struct Table {
  std::string_view name;
  std::string_view description;
  std::span<const Column> columns;
  std::span<const std::string_view> key;      // what makes a row unique, org and repo included
  std::string_view partition_column;          // partitioned by its UTC day
  std::span<const std::string_view> cluster;  // clustered by these, in this order
};

// What is derived from tables whenever it is asked for.
struct View {
  std::string_view name;
  std::string_view description;
  std::span<const Column> columns;  // `required`: never null
};

// The six tables, in the order pull_requests, commits, reviews, review_comments, issue_comments,
// metrics.
std::span<const Table> tables();

// The warehouse's bookkeeping: one row a loaded chunk. Not one of the six.
const Table& loads_table();

// What the warehouse keeps for metrics: `_bot_logins`, in lower case; `_metrics_days`, the days of
// repositories whose rows have changed since metrics were calculated; `_metrics_settings`, one row:
// the definitions in force, STALE_AFTER_DAYS, and whether metrics is up to date but for
// `_metrics_days`. They have no key and no
// partitions.
std::span<const Table> metrics_bookkeeping();

// pull_request_events, one row for each commit, review and comment, and pull_request_facts, one row
// a pull request, which is made of the former. docs/metrics.md gives the definitions' reasons.
std::span<const View> views();

// The table of a stream.
const Table& table_of(Stream stream);

// The column that says which pull request a row of the stream belongs to: "number" in
// pull_requests, "pr_number" elsewhere.
std::string_view pull_request_column(Stream stream);

}  // namespace github_stats
