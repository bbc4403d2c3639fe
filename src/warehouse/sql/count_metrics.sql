-- What was calculated: rows, and different days.
SELECT count(*) AS row_count, count(DISTINCT kept.metric_date) AS days
FROM @table(metrics) AS kept
JOIN @temporary(metrics_days) AS day
  ON day.org = kept.org
 AND day.repo = kept.repo
 AND day.metric_date = kept.metric_date
