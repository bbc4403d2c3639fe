-- Open, ready, and reviewed by nobody yet, longest wait first
WITH ready AS (
  SELECT
    org, repo, number, title, author, requested_reviewers,
    greatest(created_at, coalesce(ready_for_review_at, created_at)) AS ready_at
  FROM @table(pull_requests)
  WHERE state = 'OPEN' AND is_draft IS NOT TRUE AND author_type IS DISTINCT FROM 'Bot'
)
SELECT
  ready.org || '/' || ready.repo AS repository,
  ready.number,
  ready.title,
  ready.ready_at,
  @elapsed(hour, ready.ready_at, @now) AS hours_waiting,
  ready.requested_reviewers
FROM ready
WHERE NOT EXISTS (
  SELECT 1
  FROM @table(reviews) AS review
  WHERE review.org = ready.org AND review.repo = ready.repo AND review.pr_number = ready.number
    AND (review.reviewer <> ready.author OR review.reviewer IS NULL OR ready.author IS NULL)
    AND review.reviewer_type IS DISTINCT FROM 'Bot'
    AND review.submitted_at >= ready.ready_at
)
ORDER BY ready_at, repository, number
