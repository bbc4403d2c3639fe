-- Removes the days that are calculated anew.
DELETE FROM @table(metrics) AS kept
WHERE EXISTS (
  SELECT 1 FROM @temporary(metrics_days) AS day
  WHERE day.org = kept.org
    AND day.repo = kept.repo
    AND day.metric_date = kept.metric_date
)
