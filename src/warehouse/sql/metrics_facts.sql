-- What insert_metrics.sql needs to know of pull requests. It reads this several times, so this is
-- worked out once, before it.
SELECT
  org, repo, number, author, is_bot, created_at, closed_at, merged_at, additions, deletions,
  size_lines, cycle_seconds, coding_seconds, pickup_seconds, review_seconds, merge_seconds,
  collected_at, collection_id
FROM @facts
