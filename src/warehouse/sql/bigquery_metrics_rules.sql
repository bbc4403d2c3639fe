-- What BigQuery keeps of the rules for metrics, in one row.
SELECT
  definition,
  stale_after_days,
  is_current,
  ARRAY(SELECT login FROM @table(_bot_logins) ORDER BY login) AS bots
FROM @table(_metrics_settings)
