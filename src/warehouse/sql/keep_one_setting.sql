-- The one row that says what views and metrics are defined by.
INSERT INTO @table(_metrics_settings) (definition, stale_after_days, is_current)
SELECT CAST(NULL AS @text), 14, false
FROM (SELECT 1 AS one) AS first
WHERE NOT EXISTS (SELECT 1 FROM @table(_metrics_settings))
