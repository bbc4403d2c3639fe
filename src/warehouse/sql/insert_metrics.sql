-- The table metrics: one row for each author, repository and day of @days. Its inputs are `fact`,
-- what metrics_facts.sql selects, and `happening`, what metrics_events.sql does.
--
-- What is done to one's own pull request is neither given nor received. A commit may be part of
-- several pull requests, and a pull request reviewed several times: the groups by id and number are
-- cheaper than counting different ones.
INSERT INTO @table(metrics) (
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
WITH @inputs
change AS (
  SELECT
    org, repo, @day(created_at) AS metric_date, author, is_bot, 'opened' AS kind,
    collected_at, collection_id
  FROM fact
  UNION ALL
  SELECT
    org, repo, @day(merged_at), author, is_bot, 'merged', collected_at, collection_id
  FROM fact
  WHERE merged_at IS NOT NULL
  UNION ALL
  SELECT
    org, repo, @day(closed_at), author, is_bot, 'closed', collected_at, collection_id
  FROM fact
  WHERE closed_at IS NOT NULL AND merged_at IS NULL
),
contribution AS (
  SELECT
    change.org, change.repo, change.metric_date, coalesce(change.author, '') AS author,
    change.is_bot, change.kind, CAST(NULL AS @text) AS state,
    change.collected_at, change.collection_id
  FROM change
  JOIN @days AS day
    ON day.org = change.org
   AND day.repo = change.repo
   AND day.metric_date = change.metric_date
  UNION ALL
  SELECT
    org, repo, metric_date, coalesce(actor, ''), is_bot, kind, state, collected_at, collection_id
  FROM happening
  WHERE kind <> 'commit' AND NOT is_by_author
  UNION ALL
  SELECT
    org, repo, metric_date, coalesce(actor, ''), @any_true(is_bot), 'commit', CAST(NULL AS @text),
    max(collected_at), @newest(collection_id, collected_at)
  FROM happening
  WHERE kind = 'commit'
  GROUP BY org, repo, metric_date, coalesce(actor, ''), id
  UNION ALL
  SELECT
    org, repo, metric_date, coalesce(actor, ''), @any_true(is_bot), 'reviewed', CAST(NULL AS @text),
    max(collected_at), @newest(collection_id, collected_at)
  FROM happening
  WHERE kind = 'review' AND NOT is_by_author
  GROUP BY org, repo, metric_date, coalesce(actor, ''), number
  UNION ALL
  SELECT
    happening.org, happening.repo, happening.metric_date, coalesce(fact.author, ''), fact.is_bot,
    'received', CAST(NULL AS @text), happening.collected_at, happening.collection_id
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
    @any_true(is_bot) AS is_bot,
    count(CASE WHEN kind = 'opened' THEN 1 END) AS prs_opened,
    count(CASE WHEN kind = 'merged' THEN 1 END) AS prs_merged,
    count(CASE WHEN kind = 'closed' THEN 1 END) AS prs_closed,
    count(CASE WHEN kind = 'commit' THEN 1 END) AS commits,
    count(CASE WHEN kind = 'review' THEN 1 END) AS reviews_given,
    count(CASE WHEN kind = 'review' AND state = 'APPROVED' THEN 1 END) AS reviews_approved,
    count(CASE WHEN kind = 'review' AND state = 'CHANGES_REQUESTED' THEN 1 END)
      AS reviews_changes_requested,
    count(CASE WHEN kind = 'review' AND state = 'COMMENTED' THEN 1 END) AS reviews_commented,
    count(CASE WHEN kind = 'review' AND state = 'DISMISSED' THEN 1 END) AS reviews_dismissed,
    count(CASE WHEN kind = 'reviewed' THEN 1 END) AS prs_reviewed,
    count(CASE WHEN kind = 'received' THEN 1 END) AS reviews_received,
    count(CASE WHEN kind = 'review_comment' THEN 1 END) AS review_comments_given,
    count(CASE WHEN kind = 'issue_comment' THEN 1 END) AS issue_comments_given,
    max(collected_at) AS collected_at,
    @newest(collection_id, collected_at) AS collection_id
  FROM contribution
  GROUP BY org, repo, metric_date, author
),
merged AS (
  SELECT
    day.org, day.repo, day.metric_date, coalesce(fact.author, '') AS author,
    sum(additions) AS additions,
    sum(deletions) AS deletions,
    sum(cycle_seconds) AS cycle_seconds_sum,
    count(cycle_seconds) AS cycle_seconds_count,
    @percentile(cycle_seconds, 0.5) AS cycle_seconds_p50,
    @percentile(cycle_seconds, 0.9) AS cycle_seconds_p90,
    sum(coding_seconds) AS coding_seconds_sum,
    count(coding_seconds) AS coding_seconds_count,
    @percentile(coding_seconds, 0.5) AS coding_seconds_p50,
    @percentile(coding_seconds, 0.9) AS coding_seconds_p90,
    sum(pickup_seconds) AS pickup_seconds_sum,
    count(pickup_seconds) AS pickup_seconds_count,
    @percentile(pickup_seconds, 0.5) AS pickup_seconds_p50,
    @percentile(pickup_seconds, 0.9) AS pickup_seconds_p90,
    sum(review_seconds) AS review_seconds_sum,
    count(review_seconds) AS review_seconds_count,
    @percentile(review_seconds, 0.5) AS review_seconds_p50,
    @percentile(review_seconds, 0.9) AS review_seconds_p90,
    sum(merge_seconds) AS merge_seconds_sum,
    count(merge_seconds) AS merge_seconds_count,
    @percentile(merge_seconds, 0.5) AS merge_seconds_p50,
    @percentile(merge_seconds, 0.9) AS merge_seconds_p90,
    sum(size_lines) AS size_lines_sum,
    count(size_lines) AS size_lines_count,
    @percentile(size_lines, 0.5) AS size_lines_p50,
    @percentile(size_lines, 0.9) AS size_lines_p90
  FROM fact
  JOIN @days AS day
    ON day.org = fact.org
   AND day.repo = fact.repo
   AND day.metric_date = @day(fact.merged_at)
  GROUP BY day.org, day.repo, day.metric_date, coalesce(fact.author, '')
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
 AND merged.author = activity.author
