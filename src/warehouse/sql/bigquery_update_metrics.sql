-- Calculates the table metrics in BigQuery, as one script: all of it, or the days that loads have
-- noted. Its last statement gives how many rows and different days that made.
--
-- A transaction that changes the same tables meanwhile makes it fail, and nothing is changed then.
DECLARE everything BOOL;
BEGIN TRANSACTION;
SET everything = @everything
  OR NOT coalesce((SELECT logical_and(is_current) FROM @table(_metrics_settings)), false);
IF everything THEN
  @select_all_days;
  @remove_all_metrics;
ELSE
  @select_noted_days;
  @remove_metrics;
END IF;
IF EXISTS (SELECT 1 FROM metrics_days) THEN
  CREATE TEMPORARY TABLE fact AS
  @metrics_facts;
  CREATE TEMPORARY TABLE happening AS
  @metrics_events;
  @insert_metrics;
END IF;
@metrics_are_current;
COMMIT TRANSACTION;
@count_metrics;
