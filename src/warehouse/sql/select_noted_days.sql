-- The days whose metrics are to be calculated: those that loads have noted.
CREATE TEMPORARY TABLE metrics_days AS
SELECT DISTINCT org, repo, metric_date FROM @table(_metrics_days)
