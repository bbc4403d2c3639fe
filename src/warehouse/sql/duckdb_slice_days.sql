-- Divides metrics_days into slices of about @size events: some repositories each, or some days of
-- one. Their numbers rise, with gaps.
CREATE TEMPORARY TABLE metrics_slices AS
SELECT
  org, repo, metric_date,
  CAST(
    sum(events) OVER (ORDER BY org, repo, metric_date ROWS UNBOUNDED PRECEDING) // @size AS @integer
  ) AS slice
FROM (
  SELECT day.org, day.repo, day.metric_date, 1 + count(event.kind) AS events
  FROM @temporary(metrics_days) AS day
  LEFT JOIN @table(pull_request_events) AS event
    ON event.org = day.org
   AND event.repo = day.repo
   AND @day(event.happened_at) = day.metric_date
  GROUP BY day.org, day.repo, day.metric_date
) AS counted
