-- The days whose metrics are to be calculated: all on which something happened.
CREATE TEMPORARY TABLE metrics_days AS
SELECT org, repo, @day(happened_at) AS metric_date FROM @table(pull_request_events)
UNION DISTINCT
SELECT org, repo, @day(created_at) FROM @table(pull_requests)
UNION DISTINCT
SELECT org, repo, @day(closed_at) FROM @table(pull_requests) WHERE closed_at IS NOT NULL
UNION DISTINCT
SELECT org, repo, @day(merged_at) FROM @table(pull_requests) WHERE merged_at IS NOT NULL
