-- Replaces the rules for metrics in BigQuery, as one script. With the same bots as before, metrics
-- stay as current as they are.
DECLARE wanted ARRAY<STRING> DEFAULT [@logins];
BEGIN TRANSACTION;
IF array_to_string(wanted, ',')
  <> coalesce((SELECT string_agg(login, ',' ORDER BY login) FROM @table(_bot_logins)), '') THEN
  DELETE FROM @table(_bot_logins) WHERE true;
  INSERT INTO @table(_bot_logins) (login) SELECT login FROM UNNEST(wanted) AS login;
  UPDATE @table(_metrics_settings) SET is_current = false WHERE true;
END IF;
UPDATE @table(_metrics_settings) SET stale_after_days = @days WHERE true;
COMMIT TRANSACTION;
