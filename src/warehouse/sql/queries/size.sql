-- Lines and files of what was merged in 90 days, by repository
WITH merged AS (
  SELECT
    org || '/' || repo AS repository,
    additions + deletions AS size_lines,
    changed_files
  FROM @table(pull_requests)
  WHERE merged_at >= @days_back(90)
    AND author_type IS DISTINCT FROM 'Bot'
)
SELECT
  repository,
  count(*) AS merged,
  CAST(round(@percentile(size_lines, 0.5)) AS @integer) AS lines_p50,
  CAST(round(@percentile(size_lines, 0.9)) AS @integer) AS lines_p90,
  CAST(round(@percentile(changed_files, 0.5)) AS @integer) AS files_p50,
  CAST(round(@percentile(changed_files, 0.9)) AS @integer) AS files_p90,
  count(CASE WHEN size_lines > 1000 THEN 1 END) AS over_1000_lines
FROM merged
GROUP BY repository
ORDER BY lines_p50 DESC, repository
