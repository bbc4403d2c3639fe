-- The 20 longest waits for a first review, of those ready in 90 days
--
-- A pull request waits for the first review by a person other than its author from when it is ready
-- for one. A review before that ends no wait; a deleted account's counts.
WITH ready AS (
  SELECT
    org, repo, number, title, author,
    greatest(created_at, coalesce(ready_for_review_at, created_at)) AS ready_at
  FROM @table(pull_requests)
  WHERE author_type IS DISTINCT FROM 'Bot'
),
first_reviews AS (
  SELECT
    ready.org || '/' || ready.repo AS repository,
    ready.number,
    ready.title,
    ready.ready_at,
    min(review.submitted_at) AS reviewed_at
  FROM ready
  JOIN @table(reviews) AS review
    ON review.org = ready.org AND review.repo = ready.repo AND review.pr_number = ready.number
  WHERE (review.reviewer <> ready.author OR review.reviewer IS NULL OR ready.author IS NULL)
    AND review.reviewer_type IS DISTINCT FROM 'Bot'
    AND review.submitted_at >= ready.ready_at
    AND ready.ready_at >= @days_back(90)
  GROUP BY repository, ready.number, ready.title, ready.ready_at
)
SELECT
  repository,
  number,
  title,
  ready_at,
  reviewed_at,
  round(@elapsed(second, ready_at, reviewed_at) / 3600, 1) AS hours_waited
FROM first_reviews
ORDER BY @elapsed(second, ready_at, reviewed_at) DESC, repository, number
LIMIT 20
