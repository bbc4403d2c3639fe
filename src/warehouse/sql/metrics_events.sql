-- What insert_metrics.sql needs to know of the events of @days. It reads this several times,
-- so this is worked out once, before it.
SELECT
  event.org, event.repo, @day(event.happened_at) AS metric_date,
  event.number, event.kind, event.id, event.actor, event.is_bot, event.is_by_author, event.state,
  event.collected_at, event.collection_id
FROM @table(pull_request_events) AS event
JOIN @days AS day
  ON day.org = event.org
 AND day.repo = event.repo
 AND day.metric_date = @day(event.happened_at)
