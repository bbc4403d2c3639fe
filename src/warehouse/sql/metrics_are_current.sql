-- Forgets what was noted: metrics are up to date.
DELETE FROM @table(_metrics_days) WHERE true;
UPDATE @table(_metrics_settings) SET is_current = true WHERE true
