-- Opened, merged and closed, by repository and week, 12 weeks back
WITH happening AS (
  SELECT org, repo, created_at AS happened_at, 'opened' AS kind FROM @table(pull_requests)
  UNION ALL
  SELECT org, repo, merged_at, 'merged' FROM @table(pull_requests) WHERE state = 'MERGED'
  UNION ALL
  SELECT org, repo, closed_at, 'closed' FROM @table(pull_requests) WHERE state = 'CLOSED'
)
SELECT
  @week(happened_at) AS week,
  org || '/' || repo AS repository,
  count(CASE WHEN kind = 'opened' THEN 1 END) AS opened,
  count(CASE WHEN kind = 'merged' THEN 1 END) AS merged,
  count(CASE WHEN kind = 'closed' THEN 1 END) AS closed_unmerged
FROM happening
WHERE happened_at >= @weeks_back(12)
GROUP BY week, repository
ORDER BY week DESC, repository
