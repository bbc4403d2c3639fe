-- The view pull_request_facts: one row a pull request of @pull_requests, when it got how far and
-- what that took.
-- docs/metrics.md says what the words mean and why.
--
-- "Others" are humans other than the author. What happened in the very second of the close came
-- before it. A span that would be negative is no phase, but for coding, which is cut off at 0.
WITH pull_request AS (
  SELECT
    org, repo, number,
    CASE WHEN opened_as_draft THEN ready_for_review_at ELSE created_at END AS ready_at,
    coalesce(merged_at, closed_at) AS ended_at
  FROM @pull_requests
),
event AS (
  SELECT
    happened.org, happened.repo, happened.number, happened.kind, happened.happened_at,
    happened.actor, happened.is_bot, happened.state, happened.has_text, happened.commit_sha,
    pull_request.ready_at,
    pull_request.ended_at IS NULL OR happened.happened_at <= pull_request.ended_at AS is_in_time,
    happened.kind <> 'commit' AND NOT happened.is_bot AND NOT happened.is_by_author AS is_of_others
  FROM @table(pull_request_events) AS happened
  JOIN pull_request
    ON pull_request.org = happened.org
   AND pull_request.repo = happened.repo
   AND pull_request.number = happened.number
),
summary AS (
  SELECT
    org, repo, number,
    min(CASE WHEN kind = 'commit' THEN happened_at END) AS first_commit_at,
    max(CASE WHEN NOT is_bot THEN happened_at END) AS last_human_at,
    count(CASE WHEN is_of_others AND is_in_time THEN 1 END) AS responses,
    min(CASE WHEN is_of_others AND is_in_time AND happened_at >= ready_at THEN happened_at END)
      AS response_when_ready_at,
    count(CASE WHEN is_of_others AND is_in_time AND kind <> 'issue_comment' THEN 1 END) AS reviews,
    min(
      CASE
        WHEN is_of_others AND is_in_time AND kind <> 'issue_comment' AND happened_at >= ready_at
          THEN happened_at
      END
    ) AS review_when_ready_at,
    min(CASE WHEN is_of_others AND is_in_time AND state = 'APPROVED' THEN happened_at END)
      AS first_approval_at,
    count(
      CASE
        WHEN is_of_others AND is_in_time
          AND (kind = 'review_comment' OR (kind = 'review' AND has_text))
          THEN 1
      END
    ) AS review_depth,
    count(
      DISTINCT CASE
        WHEN is_of_others AND is_in_time AND kind <> 'issue_comment' THEN coalesce(actor, '')
      END
    ) AS reviewers,
    count(
      DISTINCT CASE
        WHEN is_of_others AND is_in_time AND kind = 'review' THEN coalesce(commit_sha, '')
      END
    ) AS review_rounds
  FROM event
  GROUP BY org, repo, number
),
timeline AS (
  SELECT
    pull_request.org, pull_request.repo, pull_request.number,
    pull_request.ready_at, pull_request.ended_at,
    summary.first_commit_at,
    -- What came before it was ready counts as given when it was.
    CASE
      WHEN summary.responses > 0
        AND pull_request.ready_at <= coalesce(pull_request.ended_at, pull_request.ready_at)
        THEN coalesce(summary.response_when_ready_at, pull_request.ready_at)
    END AS first_response_at,
    CASE
      WHEN summary.reviews > 0
        AND pull_request.ready_at <= coalesce(pull_request.ended_at, pull_request.ready_at)
        THEN coalesce(summary.review_when_ready_at, pull_request.ready_at)
    END AS first_review_at,
    summary.first_approval_at,
    least(
      coalesce(summary.first_commit_at, pull_request.ready_at),
      coalesce(pull_request.ready_at, summary.first_commit_at)
    ) AS begun_at,
    summary.last_human_at,
    coalesce(summary.review_depth, 0) AS review_depth,
    coalesce(summary.reviewers, 0) AS reviewers,
    coalesce(summary.review_rounds, 0) AS review_rounds
  FROM pull_request
  LEFT JOIN summary
    ON summary.org = pull_request.org
   AND summary.repo = pull_request.repo
   AND summary.number = pull_request.number
),
later_commits AS (
  SELECT event.org, event.repo, event.number, count(*) AS commits
  FROM event
  JOIN timeline
    ON timeline.org = event.org
   AND timeline.repo = event.repo
   AND timeline.number = event.number
  WHERE event.kind = 'commit' AND event.is_in_time AND event.happened_at > timeline.first_review_at
  GROUP BY event.org, event.repo, event.number
),
dated AS (
  SELECT
    whole.org, whole.repo, whole.number, whole.title, whole.url, whole.author, whole.author_type,
    whole.state, whole.is_draft, whole.base_ref, whole.created_at, whole.closed_at,
    whole.merged_at, whole.merged_by, whole.additions, whole.deletions, whole.changed_files,
    whole.collected_at, whole.collection_id,
    timeline.ready_at,
    timeline.first_commit_at,
    timeline.first_response_at,
    timeline.first_review_at,
    timeline.first_approval_at,
    timeline.begun_at,
    timeline.review_depth,
    timeline.reviewers,
    timeline.review_rounds,
    CASE WHEN timeline.first_review_at IS NOT NULL THEN coalesce(later_commits.commits, 0) END
      AS commits_after_first_review,
    greatest(
      whole.created_at,
      coalesce(timeline.ready_at, whole.created_at),
      coalesce(timeline.last_human_at, whole.created_at)
    ) AS last_activity_at
  FROM @table(pull_requests) AS whole
  JOIN timeline
    ON timeline.org = whole.org
   AND timeline.repo = whole.repo
   AND timeline.number = whole.number
  LEFT JOIN later_commits
    ON later_commits.org = whole.org
   AND later_commits.repo = whole.repo
   AND later_commits.number = whole.number
)
SELECT
  org,
  repo,
  number,
  title,
  url,
  author,
  coalesce(author_type = 'Bot', false)
    OR ends_with(lower(coalesce(author, '')), '[bot]')
    OR lower(coalesce(author, '')) IN (SELECT login FROM @table(_bot_logins)) AS is_bot,
  state,
  is_draft,
  base_ref,
  created_at,
  closed_at,
  merged_at,
  merged_by,
  ready_at,
  first_commit_at,
  first_response_at,
  first_review_at,
  first_approval_at,
  CASE
    WHEN first_commit_at > ready_at THEN 0
    ELSE @elapsed(second, first_commit_at, ready_at)
  END AS coding_seconds,
  first_commit_at > ready_at AS coding_clamped,
  @elapsed(second, ready_at, first_response_at) AS response_seconds,
  @elapsed(second, ready_at, first_review_at) AS pickup_seconds,
  CASE WHEN merged_at >= first_review_at THEN @elapsed(second, first_review_at, merged_at) END
    AS review_seconds,
  CASE
    WHEN first_approval_at >= first_review_at
      THEN @elapsed(second, first_review_at, first_approval_at)
  END AS rework_seconds,
  CASE WHEN merged_at >= first_approval_at THEN @elapsed(second, first_approval_at, merged_at) END
    AS merge_seconds,
  CASE WHEN merged_at >= begun_at THEN @elapsed(second, begun_at, merged_at) END
    AS cycle_seconds,
  CASE WHEN merged_at >= ready_at THEN @elapsed(second, ready_at, merged_at) END
    AS open_to_merge_seconds,
  additions,
  deletions,
  additions + deletions AS size_lines,
  changed_files,
  review_depth,
  CASE
    WHEN additions + deletions > 0
      THEN 100 * CAST(review_depth AS @real) / CAST(additions + deletions AS @real)
  END AS review_depth_per_100_lines,
  reviewers,
  review_rounds,
  commits_after_first_review,
  CASE
    WHEN merged_at IS NOT NULL
      THEN first_approval_at IS NULL AND coalesce(merged_by = author, false)
  END AS self_merged,
  CASE WHEN merged_at IS NOT NULL THEN reviewers = 0 END AS unreviewed,
  last_activity_at,
  state = 'OPEN'
    AND @elapsed(second, last_activity_at, @now)
      > 86400 * (SELECT max(stale_after_days) FROM @table(_metrics_settings)) AS stale,
  collected_at,
  collection_id
FROM dated
