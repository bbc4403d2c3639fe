-- What insert_metrics.sql reads in DuckDB: the days of one slice, their events, and the facts of the
-- pull requests that were opened, closed or worked on in them.
slice_day AS MATERIALIZED (
  SELECT org, repo, metric_date FROM @temporary(metrics_slices) WHERE slice = @slice
),
happening AS MATERIALIZED (
@metrics_events
),
touched AS MATERIALIZED (
  SELECT org, repo, number FROM happening
  UNION
  SELECT whole.org, whole.repo, whole.number
  FROM @table(pull_requests) AS whole
  JOIN slice_day AS day
    ON day.org = whole.org
   AND day.repo = whole.repo
   AND day.metric_date = @day(whole.created_at)
  UNION
  SELECT whole.org, whole.repo, whole.number
  FROM @table(pull_requests) AS whole
  JOIN slice_day AS day
    ON day.org = whole.org
   AND day.repo = whole.repo
   AND day.metric_date = @day(whole.closed_at)
  UNION
  SELECT whole.org, whole.repo, whole.number
  FROM @table(pull_requests) AS whole
  JOIN slice_day AS day
    ON day.org = whole.org
   AND day.repo = whole.repo
   AND day.metric_date = @day(whole.merged_at)
),
chosen AS (
  SELECT *
  FROM @table(pull_requests)
  SEMI JOIN touched USING (org, repo, number)
),
fact AS MATERIALIZED (
@metrics_facts
),
