-- Notes on which days something happened to the pull requests that a load changes, by the rows of
-- one stream: those that are kept, or those that are staged.
INSERT INTO @table(_metrics_days) (org, repo, metric_date)
SELECT DISTINCT happening.org, happening.repo, @day(happened_at)
FROM @rows AS happening
JOIN (
  SELECT org, repo, number FROM @temporary(winners)
  UNION DISTINCT
  SELECT org, repo, number FROM @temporary(renamed)
) AS changed
  ON changed.org = happening.org
 AND changed.repo = happening.repo
 AND changed.number = happening.@number
CROSS JOIN @each([@times], happened_at)
WHERE happened_at IS NOT NULL
