-- Removes all days: those on which nothing happened any more, too.
DELETE FROM @table(metrics) WHERE true
