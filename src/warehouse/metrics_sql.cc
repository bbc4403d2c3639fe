#include "warehouse/metrics_sql.h"

#include <fmt/format.h>

#include "warehouse/sql.h"

namespace github_stats::duckdb_sql {
namespace {

using namespace fmt::literals;

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

std::string note_days(Stream stream, std::string_view source) {
  return fmt::format(
      R"(
INSERT INTO _metrics_days (org, repo, metric_date)
SELECT DISTINCT happened.org, happened.repo, CAST(happened.happened_at AS DATE)
FROM (
  SELECT org, repo, {pull_request} AS number, unnest([{times}]) AS happened_at
  FROM {source}
) AS happened
JOIN (
  SELECT org, repo, number FROM temp.winners
  UNION
  SELECT org, repo, number FROM temp.renamed
) AS changed
  ON changed.org = happened.org
 AND changed.repo = happened.repo
 AND changed.number = happened.number
WHERE happened.happened_at IS NOT NULL)",
      "source"_a = source, "times"_a = times_of(stream),
      "pull_request"_a = identifier(pull_request_column(stream)));
}

std::string_view definition_of(const View& view) {
  return view.name == "pull_request_facts" ? kFacts : kEvents;
}

}  // namespace

const std::string_view kCreateMetricsTables = R"(
CREATE TABLE IF NOT EXISTS _bot_logins (login VARCHAR NOT NULL);
CREATE TABLE IF NOT EXISTS _metrics_days (
  org VARCHAR NOT NULL,
  repo VARCHAR NOT NULL,
  metric_date DATE NOT NULL
);
CREATE TABLE IF NOT EXISTS _metrics_settings (
  definition VARCHAR,
  stale_after_days BIGINT NOT NULL,
  is_current BOOLEAN NOT NULL
);
INSERT INTO _metrics_settings
SELECT NULL, 14, false
WHERE NOT EXISTS (SELECT 1 FROM _metrics_settings))";

const std::string_view kCommentOnMetricsTables = R"(
COMMENT ON TABLE _bot_logins IS 'Bookkeeping: BOT_LOGINS';
COMMENT ON COLUMN _bot_logins.login IS 'A bot''s login, in lower case';
COMMENT ON TABLE _metrics_days IS 'Bookkeeping: days whose metrics are to be calculated again';
COMMENT ON COLUMN _metrics_days.org IS 'Organisation (or user account) on GitHub';
COMMENT ON COLUMN _metrics_days.repo IS 'Repository, without the organisation';
COMMENT ON COLUMN _metrics_days.metric_date IS 'Day in UTC';
COMMENT ON TABLE _metrics_settings IS 'Bookkeeping: what views and metrics are defined by';
COMMENT ON COLUMN _metrics_settings.definition IS 'The statements that define them';
COMMENT ON COLUMN _metrics_settings.stale_after_days IS 'STALE_AFTER_DAYS';
COMMENT ON COLUMN _metrics_settings.is_current IS
  'Whether metrics are up to date but for the days of _metrics_days')";

std::string create_view(const View& view) {
  std::string statements =
      fmt::format("CREATE OR REPLACE VIEW {0} AS{1};\nCOMMENT ON VIEW {0} IS {2};\n",
                  identifier(view.name), definition_of(view), literal(view.description));
  for (const Column& column : view.columns) {
    statements += fmt::format("COMMENT ON COLUMN {}.{} IS {};\n", identifier(view.name),
                              identifier(column.name), literal(column.description));
  }
  return statements;
}

std::string metrics_definition() {
  std::string definition;
  for (const View& view : views()) {
    definition += create_view(view);
  }
  return definition.append(kInsertMetrics);
}

const std::string_view kViewsAreCurrent = R"(
SELECT
  count(*) = 1 AND (
    SELECT count(*) FROM duckdb_views()
    WHERE database_name = current_database()
      AND schema_name = current_schema()
      AND view_name IN ('pull_request_events', 'pull_request_facts')
  ) = 2
FROM _metrics_settings
WHERE definition = $1)";

const std::string_view kRememberDefinition = R"(
UPDATE _metrics_settings SET definition = $1, is_current = false)";

std::string note_days_before(Stream stream) {
  return note_days(stream, identifier(to_string(stream)));
}

std::string note_days_after(Stream stream) {
  return note_days(stream, fmt::format("temp.stage_{}", to_string(stream)));
}

const std::string_view kSelectNotedDays = R"(
CREATE TEMPORARY TABLE metrics_days AS
SELECT DISTINCT org, repo, metric_date FROM _metrics_days)";

const std::string_view kSelectAllDays = R"(
CREATE TEMPORARY TABLE metrics_days AS
SELECT org, repo, CAST(happened_at AS DATE) AS metric_date FROM pull_request_events
UNION
SELECT org, repo, CAST(created_at AS DATE) FROM pull_requests
UNION
SELECT org, repo, CAST(closed_at AS DATE) FROM pull_requests WHERE closed_at IS NOT NULL
UNION
SELECT org, repo, CAST(merged_at AS DATE) FROM pull_requests WHERE merged_at IS NOT NULL)";

const std::string_view kRemoveMetrics = R"(
DELETE FROM metrics
WHERE EXISTS (
  SELECT 1 FROM temp.metrics_days AS day
  WHERE day.org = metrics.org
    AND day.repo = metrics.repo
    AND day.metric_date = metrics.metric_date
))";

const std::string_view kRemoveAllMetrics = "DELETE FROM metrics";

// What is done to one's own pull request is neither given nor received. A commit may be part of
// several pull requests.
const std::string_view kInsertMetrics = R"(
INSERT INTO metrics (
  org, repo, metric_date, author, is_bot,
  prs_opened, prs_merged, prs_closed, commits, additions, deletions,
  reviews_given, reviews_approved, reviews_changes_requested, reviews_commented, reviews_dismissed,
  prs_reviewed, reviews_received, review_comments_given, issue_comments_given,
  cycle_seconds_sum, cycle_seconds_count, cycle_seconds_p50, cycle_seconds_p90,
  coding_seconds_sum, coding_seconds_count, coding_seconds_p50, coding_seconds_p90,
  pickup_seconds_sum, pickup_seconds_count, pickup_seconds_p50, pickup_seconds_p90,
  review_seconds_sum, review_seconds_count, review_seconds_p50, review_seconds_p90,
  merge_seconds_sum, merge_seconds_count, merge_seconds_p50, merge_seconds_p90,
  size_lines_sum, size_lines_count, size_lines_p50, size_lines_p90,
  collected_at, collection_id
)
WITH fact AS MATERIALIZED (
  SELECT
    org, repo, number, author, is_bot, created_at, closed_at, merged_at, additions, deletions,
    size_lines, cycle_seconds, coding_seconds, pickup_seconds, review_seconds, merge_seconds,
    collected_at, collection_id
  FROM pull_request_facts
),
happening AS MATERIALIZED (
  SELECT
    event.org, event.repo, CAST(event.happened_at AS DATE) AS metric_date,
    event.number, event.kind, event.id, event.actor, event.is_bot, event.is_by_author, event.state,
    event.collected_at, event.collection_id
  FROM pull_request_events AS event
  JOIN temp.metrics_days AS day
    ON day.org = event.org
   AND day.repo = event.repo
   AND day.metric_date = CAST(event.happened_at AS DATE)
),
change AS (
  SELECT
    org, repo, CAST(created_at AS DATE) AS metric_date, author, is_bot, 'opened' AS kind,
    CAST(number AS VARCHAR) AS id, CAST(NULL AS VARCHAR) AS state, collected_at, collection_id
  FROM fact
  UNION ALL
  SELECT
    org, repo, CAST(merged_at AS DATE), author, is_bot, 'merged',
    CAST(number AS VARCHAR), NULL, collected_at, collection_id
  FROM fact
  WHERE merged_at IS NOT NULL
  UNION ALL
  SELECT
    org, repo, CAST(closed_at AS DATE), author, is_bot, 'closed',
    CAST(number AS VARCHAR), NULL, collected_at, collection_id
  FROM fact
  WHERE closed_at IS NOT NULL AND merged_at IS NULL
),
contribution AS (
  SELECT
    change.org, change.repo, change.metric_date, coalesce(change.author, '') AS author,
    change.is_bot, change.kind, change.id, change.state, change.collected_at, change.collection_id
  FROM change
  JOIN temp.metrics_days AS day
    ON day.org = change.org
   AND day.repo = change.repo
   AND day.metric_date = change.metric_date
  UNION ALL
  SELECT
    org, repo, metric_date, coalesce(actor, ''), is_bot, kind,
    CASE WHEN kind = 'review' THEN CAST(number AS VARCHAR) ELSE id END,
    state, collected_at, collection_id
  FROM happening
  WHERE kind = 'commit' OR NOT is_by_author
  UNION ALL
  SELECT
    happening.org, happening.repo, happening.metric_date, coalesce(fact.author, ''), fact.is_bot,
    'received', happening.id, happening.state, happening.collected_at, happening.collection_id
  FROM happening
  JOIN fact
    ON fact.org = happening.org
   AND fact.repo = happening.repo
   AND fact.number = happening.number
  WHERE happening.kind = 'review' AND NOT happening.is_by_author AND NOT happening.is_bot
),
activity AS (
  SELECT
    org, repo, metric_date, author,
    bool_or(is_bot) AS is_bot,
    count(CASE WHEN kind = 'opened' THEN 1 END) AS prs_opened,
    count(CASE WHEN kind = 'merged' THEN 1 END) AS prs_merged,
    count(CASE WHEN kind = 'closed' THEN 1 END) AS prs_closed,
    count(DISTINCT CASE WHEN kind = 'commit' THEN id END) AS commits,
    count(CASE WHEN kind = 'review' THEN 1 END) AS reviews_given,
    count(CASE WHEN kind = 'review' AND state = 'APPROVED' THEN 1 END) AS reviews_approved,
    count(CASE WHEN kind = 'review' AND state = 'CHANGES_REQUESTED' THEN 1 END)
      AS reviews_changes_requested,
    count(CASE WHEN kind = 'review' AND state = 'COMMENTED' THEN 1 END) AS reviews_commented,
    count(CASE WHEN kind = 'review' AND state = 'DISMISSED' THEN 1 END) AS reviews_dismissed,
    count(DISTINCT CASE WHEN kind = 'review' THEN id END) AS prs_reviewed,
    count(CASE WHEN kind = 'received' THEN 1 END) AS reviews_received,
    count(CASE WHEN kind = 'review_comment' THEN 1 END) AS review_comments_given,
    count(CASE WHEN kind = 'issue_comment' THEN 1 END) AS issue_comments_given,
    max(collected_at) AS collected_at,
    arg_max(collection_id, collected_at) AS collection_id
  FROM contribution
  GROUP BY org, repo, metric_date, author
),
merged AS (
  SELECT
    org, repo, CAST(merged_at AS DATE) AS metric_date, coalesce(author, '') AS author,
    sum(additions) AS additions,
    sum(deletions) AS deletions,
    sum(cycle_seconds) AS cycle_seconds_sum,
    count(cycle_seconds) AS cycle_seconds_count,
    quantile_cont(cycle_seconds, 0.5) AS cycle_seconds_p50,
    quantile_cont(cycle_seconds, 0.9) AS cycle_seconds_p90,
    sum(coding_seconds) AS coding_seconds_sum,
    count(coding_seconds) AS coding_seconds_count,
    quantile_cont(coding_seconds, 0.5) AS coding_seconds_p50,
    quantile_cont(coding_seconds, 0.9) AS coding_seconds_p90,
    sum(pickup_seconds) AS pickup_seconds_sum,
    count(pickup_seconds) AS pickup_seconds_count,
    quantile_cont(pickup_seconds, 0.5) AS pickup_seconds_p50,
    quantile_cont(pickup_seconds, 0.9) AS pickup_seconds_p90,
    sum(review_seconds) AS review_seconds_sum,
    count(review_seconds) AS review_seconds_count,
    quantile_cont(review_seconds, 0.5) AS review_seconds_p50,
    quantile_cont(review_seconds, 0.9) AS review_seconds_p90,
    sum(merge_seconds) AS merge_seconds_sum,
    count(merge_seconds) AS merge_seconds_count,
    quantile_cont(merge_seconds, 0.5) AS merge_seconds_p50,
    quantile_cont(merge_seconds, 0.9) AS merge_seconds_p90,
    sum(size_lines) AS size_lines_sum,
    count(size_lines) AS size_lines_count,
    quantile_cont(size_lines, 0.5) AS size_lines_p50,
    quantile_cont(size_lines, 0.9) AS size_lines_p90
  FROM fact
  WHERE merged_at IS NOT NULL
  GROUP BY org, repo, CAST(merged_at AS DATE), coalesce(author, '')
)
SELECT
  activity.org, activity.repo, activity.metric_date, activity.author, activity.is_bot,
  prs_opened, prs_merged, prs_closed, commits, coalesce(additions, 0), coalesce(deletions, 0),
  reviews_given, reviews_approved, reviews_changes_requested, reviews_commented, reviews_dismissed,
  prs_reviewed, reviews_received, review_comments_given, issue_comments_given,
  cycle_seconds_sum, coalesce(cycle_seconds_count, 0), cycle_seconds_p50, cycle_seconds_p90,
  coding_seconds_sum, coalesce(coding_seconds_count, 0), coding_seconds_p50, coding_seconds_p90,
  pickup_seconds_sum, coalesce(pickup_seconds_count, 0), pickup_seconds_p50, pickup_seconds_p90,
  review_seconds_sum, coalesce(review_seconds_count, 0), review_seconds_p50, review_seconds_p90,
  merge_seconds_sum, coalesce(merge_seconds_count, 0), merge_seconds_p50, merge_seconds_p90,
  size_lines_sum, coalesce(size_lines_count, 0), size_lines_p50, size_lines_p90,
  activity.collected_at, activity.collection_id
FROM activity
LEFT JOIN merged
  ON merged.org = activity.org
 AND merged.repo = activity.repo
 AND merged.metric_date = activity.metric_date
 AND merged.author = activity.author)";

const std::string_view kCountMetrics = R"(
SELECT count(*), count(DISTINCT metrics.metric_date)
FROM metrics
JOIN temp.metrics_days AS day
  ON day.org = metrics.org
 AND day.repo = metrics.repo
 AND day.metric_date = metrics.metric_date)";

const std::string_view kMetricsAreCurrent = R"(
DELETE FROM _metrics_days;
UPDATE _metrics_settings SET is_current = true;
DROP TABLE temp.metrics_days)";

}  // namespace github_stats::duckdb_sql
