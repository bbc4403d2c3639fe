-- Remembers what views and metrics are defined by in BigQuery.
UPDATE @table(_metrics_settings)
SET definition = @definition, is_current = false
WHERE true
