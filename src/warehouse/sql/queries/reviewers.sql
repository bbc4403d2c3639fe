-- How many people shared the reviews, by repository and week, 12 weeks back
--
-- How evenly the reviews are spread, without a name: the busiest reviewer's share of them.
WITH given AS (
  SELECT
    @week(review.submitted_at) AS week,
    review.org || '/' || review.repo AS repository,
    review.reviewer,
    count(*) AS reviews
  FROM @table(reviews) AS review
  JOIN @table(pull_requests) AS pull_request
    ON pull_request.org = review.org
   AND pull_request.repo = review.repo
   AND pull_request.number = review.pr_number
  WHERE review.reviewer <> coalesce(pull_request.author, '')
    AND review.reviewer_type IS DISTINCT FROM 'Bot'
    AND review.submitted_at >= @weeks_back(12)
  GROUP BY week, repository, review.reviewer
)
SELECT
  week,
  repository,
  count(*) AS reviewers,
  CAST(sum(reviews) AS @integer) AS reviews,
  round(sum(reviews) / count(*), 1) AS reviews_each,
  CAST(round(100 * max(reviews) / sum(reviews)) AS @integer) AS busiest_percent
FROM given
GROUP BY week, repository
ORDER BY week DESC, repository
