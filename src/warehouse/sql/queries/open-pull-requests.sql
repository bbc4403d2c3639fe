-- Open pull requests, oldest first
SELECT
  org || '/' || repo AS repository,
  number,
  title,
  author,
  is_draft AS draft,
  @elapsed(day, created_at, @now) AS days_open,
  @elapsed(day, updated_at, @now) AS days_quiet,
  review_decision
FROM @table(pull_requests)
WHERE state = 'OPEN'
ORDER BY created_at, repository, number
