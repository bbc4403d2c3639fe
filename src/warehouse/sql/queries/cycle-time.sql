-- Hours from first commit to merge, by phase, repository and week, 12 weeks back
--
-- docs/metrics.md says what the phases are; bots' pull requests are left out.
WITH merged AS (
  SELECT
    @week(merged_at) AS week,
    org || '/' || repo AS repository,
    cycle_seconds, coding_seconds, pickup_seconds, review_seconds, merge_seconds
  FROM @table(pull_request_facts)
  WHERE merged_at >= @weeks_back(12) AND NOT is_bot
)
SELECT
  week,
  repository,
  count(*) AS merged,
  round(@percentile(cycle_seconds, 0.5) / 3600, 1) AS cycle_hours_p50,
  round(@percentile(cycle_seconds, 0.75) / 3600, 1) AS cycle_hours_p75,
  round(@percentile(cycle_seconds, 0.9) / 3600, 1) AS cycle_hours_p90,
  round(@percentile(coding_seconds, 0.5) / 3600, 1) AS coding_hours_p50,
  round(@percentile(coding_seconds, 0.75) / 3600, 1) AS coding_hours_p75,
  round(@percentile(coding_seconds, 0.9) / 3600, 1) AS coding_hours_p90,
  round(@percentile(pickup_seconds, 0.5) / 3600, 1) AS pickup_hours_p50,
  round(@percentile(pickup_seconds, 0.75) / 3600, 1) AS pickup_hours_p75,
  round(@percentile(pickup_seconds, 0.9) / 3600, 1) AS pickup_hours_p90,
  round(@percentile(review_seconds, 0.5) / 3600, 1) AS review_hours_p50,
  round(@percentile(review_seconds, 0.75) / 3600, 1) AS review_hours_p75,
  round(@percentile(review_seconds, 0.9) / 3600, 1) AS review_hours_p90,
  round(@percentile(merge_seconds, 0.5) / 3600, 1) AS merge_hours_p50,
  round(@percentile(merge_seconds, 0.75) / 3600, 1) AS merge_hours_p75,
  round(@percentile(merge_seconds, 0.9) / 3600, 1) AS merge_hours_p90
FROM merged
GROUP BY week, repository
ORDER BY week DESC, repository
