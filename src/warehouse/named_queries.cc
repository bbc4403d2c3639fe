#include "warehouse/named_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/nearest.h"

namespace github_stats {
namespace {

constexpr std::string_view kOpenPullRequests =
    R"(SELECT org || '/' || repo AS repository,
       number,
       title,
       author,
       is_draft AS draft,
       date_diff('day', created_at, now()) AS days_open,
       date_diff('day', updated_at, now()) AS days_quiet,
       review_decision
FROM pull_requests
WHERE state = 'OPEN'
ORDER BY created_at, repository, number)";

// How evenly the reviews are spread, without a name: the busiest reviewer's share of them.
constexpr std::string_view kReviewers =
    R"(WITH given AS (
  SELECT CAST(date_trunc('week', r.submitted_at) AS DATE) AS week,
         r.org || '/' || r.repo AS repository,
         r.reviewer,
         count(*) AS reviews
  FROM reviews r
  JOIN pull_requests p ON p.org = r.org AND p.repo = r.repo AND p.number = r.pr_number
  WHERE r.reviewer <> coalesce(p.author, '')
    AND r.reviewer_type IS DISTINCT FROM 'Bot'
    AND r.submitted_at >= date_trunc('week', now()) - INTERVAL 12 WEEK
  GROUP BY ALL
)
SELECT week,
       repository,
       count(*) AS reviewers,
       sum(reviews) AS reviews,
       round(sum(reviews) / count(*), 1) AS reviews_each,
       CAST(100 * max(reviews) / sum(reviews) AS BIGINT) AS busiest_percent
FROM given
GROUP BY week, repository
ORDER BY week DESC, repository)";

constexpr std::string_view kSize =
    R"(SELECT org || '/' || repo AS repository,
       count(*) AS merged,
       CAST(quantile_cont(additions + deletions, 0.5) AS BIGINT) AS lines_p50,
       CAST(quantile_cont(additions + deletions, 0.9) AS BIGINT) AS lines_p90,
       CAST(quantile_cont(changed_files, 0.5) AS BIGINT) AS files_p50,
       CAST(quantile_cont(changed_files, 0.9) AS BIGINT) AS files_p90,
       count(*) FILTER (additions + deletions > 1000) AS over_1000_lines
FROM pull_requests
WHERE merged_at >= now() - INTERVAL 90 DAY
  AND author_type IS DISTINCT FROM 'Bot'
GROUP BY repository
ORDER BY lines_p50 DESC, repository)";

// A pull request waits for the first review by a person other than its author from when it is
// ready for one. A review before that ends no wait; a deleted account's counts.
constexpr std::string_view kSlowestReviews =
    R"(WITH ready AS (
  SELECT *, greatest(created_at, coalesce(ready_for_review_at, created_at)) AS ready_at
  FROM pull_requests
  WHERE author_type IS DISTINCT FROM 'Bot'
), first_reviews AS (
  SELECT p.org || '/' || p.repo AS repository,
         p.number,
         p.title,
         p.ready_at,
         min(r.submitted_at) AS reviewed_at
  FROM ready p
  JOIN reviews r ON r.org = p.org AND r.repo = p.repo AND r.pr_number = p.number
  WHERE (r.reviewer <> p.author OR r.reviewer IS NULL OR p.author IS NULL)
    AND r.reviewer_type IS DISTINCT FROM 'Bot'
    AND r.submitted_at >= p.ready_at
    AND p.ready_at >= now() - INTERVAL 90 DAY
  GROUP BY ALL
)
SELECT repository,
       number,
       title,
       ready_at,
       reviewed_at,
       round(date_diff('second', ready_at, reviewed_at) / 3600, 1) AS hours_waited
FROM first_reviews
ORDER BY reviewed_at - ready_at DESC, repository, number
LIMIT 20)";

constexpr std::string_view kThroughput =
    R"(WITH happened AS (
  SELECT org, repo, created_at AS happened_at, 'opened' AS what FROM pull_requests
  UNION ALL
  SELECT org, repo, merged_at, 'merged' FROM pull_requests WHERE state = 'MERGED'
  UNION ALL
  SELECT org, repo, closed_at, 'closed' FROM pull_requests WHERE state = 'CLOSED'
)
SELECT CAST(date_trunc('week', happened_at) AS DATE) AS week,
       org || '/' || repo AS repository,
       count(*) FILTER (what = 'opened') AS opened,
       count(*) FILTER (what = 'merged') AS merged,
       count(*) FILTER (what = 'closed') AS closed_unmerged
FROM happened
WHERE happened_at >= date_trunc('week', now()) - INTERVAL 12 WEEK
GROUP BY week, repository
ORDER BY week DESC, repository)";

constexpr std::string_view kWaitingForReview =
    R"(WITH ready AS (
  SELECT *, greatest(created_at, coalesce(ready_for_review_at, created_at)) AS ready_at
  FROM pull_requests
  WHERE state = 'OPEN' AND is_draft IS NOT TRUE AND author_type IS DISTINCT FROM 'Bot'
)
SELECT p.org || '/' || p.repo AS repository,
       p.number,
       p.title,
       p.ready_at,
       date_diff('hour', p.ready_at, now()) AS hours_waiting,
       p.requested_reviewers
FROM ready p
WHERE NOT EXISTS (
  FROM reviews r
  WHERE r.org = p.org AND r.repo = p.repo AND r.pr_number = p.number
    AND (r.reviewer <> p.author OR r.reviewer IS NULL OR p.author IS NULL)
    AND r.reviewer_type IS DISTINCT FROM 'Bot'
    AND r.submitted_at >= p.ready_at
)
ORDER BY p.ready_at, repository, p.number)";

constexpr NamedQuery kQueries[] = {
    {"open-pull-requests", "Open pull requests, oldest first", kOpenPullRequests},
    {"reviewers", "How many people shared the reviews, by repository and week, 12 weeks back",
     kReviewers},
    {"size", "Lines and files of what was merged in 90 days, by repository", kSize},
    {"slowest-reviews", "The 20 longest waits for a first review, of those ready in 90 days",
     kSlowestReviews},
    {"throughput", "Opened, merged and closed, by repository and week, 12 weeks back", kThroughput},
    {"waiting-for-review", "Open, ready, and reviewed by nobody yet, longest wait first",
     kWaitingForReview},
};

}  // namespace

std::span<const NamedQuery> named_queries() { return kQueries; }

Result<NamedQuery> find_named_query(std::string_view name) {
  const auto* const found = std::ranges::find(kQueries, name, &NamedQuery::name);
  if (found != std::end(kQueries)) {
    return *found;
  }
  std::vector<std::string_view> names;
  for (const NamedQuery& query : kQueries) {
    names.push_back(query.name);
  }
  const std::string_view meant = nearest(name, names);
  return fail(ErrorCode::kInvalidArgument, fmt::format("there is no query named '{}'", name),
              meant.empty() ? "`github-stats query --list` shows those there are"
                            : fmt::format("did you mean {}?", meant));
}

}  // namespace github_stats
