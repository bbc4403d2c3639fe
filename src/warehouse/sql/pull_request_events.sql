-- The view pull_request_events: one row for each commit, review and comment of a pull request.
--
-- A commit has no account type of its own: that of the pull request's author serves when it is his.
-- Accounts that are gone can't be told apart, so what one of them did counts as the author's own if
-- the author is gone, too.
WITH activity AS (
  SELECT
    org, repo, pr_number AS number, 'commit' AS kind, sha AS id,
    coalesce(author_date, commit_date) AS happened_at,
    author AS actor, CAST(NULL AS @text) AS actor_type,
    CAST(NULL AS @text) AS state, message AS body, has_text, sha AS commit_sha,
    collected_at, collection_id
  FROM @table(commits)
  UNION ALL
  SELECT
    org, repo, pr_number, 'review', id, submitted_at, reviewer, reviewer_type,
    state, body, has_text, commit_sha, collected_at, collection_id
  FROM @table(reviews)
  UNION ALL
  SELECT
    org, repo, pr_number, 'review_comment', id, created_at, author, author_type,
    CAST(NULL AS @text), body, has_text, commit_sha, collected_at, collection_id
  FROM @table(review_comments)
  UNION ALL
  SELECT
    org, repo, pr_number, 'issue_comment', id, created_at, author, author_type,
    CAST(NULL AS @text), body, has_text, CAST(NULL AS @text), collected_at, collection_id
  FROM @table(issue_comments)
)
SELECT
  activity.org,
  activity.repo,
  activity.number,
  activity.kind,
  activity.id,
  activity.happened_at,
  activity.actor,
  coalesce(activity.actor_type = 'Bot', false)
    OR (
      activity.kind = 'commit'
      AND coalesce(activity.actor = pull_request.author AND pull_request.author_type = 'Bot', false)
    )
    OR ends_with(lower(coalesce(activity.actor, '')), '[bot]')
    OR lower(coalesce(activity.actor, '')) IN (SELECT login FROM @table(_bot_logins)) AS is_bot,
  coalesce(activity.actor, '') = coalesce(pull_request.author, '') AS is_by_author,
  activity.state,
  coalesce(
    activity.has_text,
    trim(coalesce(activity.body, ''), ' ' || chr(9) || chr(10) || chr(13)) <> ''
  ) AS has_text,
  activity.commit_sha,
  activity.collected_at,
  activity.collection_id
FROM activity
JOIN @table(pull_requests) AS pull_request
  ON pull_request.org = activity.org
 AND pull_request.repo = activity.repo
 AND pull_request.number = activity.number
