#include "warehouse/bigquery_sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "warehouse/bigquery_tables.h"
#include "warehouse/joined.h"

namespace github_stats::bigquery_sql {
namespace {

using namespace fmt::literals;
using bigquery::sql_type;

std::string identifier(std::string_view name) { return fmt::format("`{}`", name); }

std::string of(std::string_view alias, std::string_view column) {
  return fmt::format("{}.{}", alias, identifier(column));
}

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string columns_of(const Table& table, std::string_view alias) {
  return joined(table.columns, ", ", [&](const Column& column) { return of(alias, column.name); });
}

// left.a = right.a AND …, over the key.
std::string same_key(const Table& table, std::string_view left, std::string_view right) {
  return joined(table.key, " AND ", [&](std::string_view column) {
    return fmt::format("{} = {}", of(left, column), of(right, column));
  });
}

// A column's value where there is none.
std::string nothing(const Column& column) {
  return column.type == ColumnType::kTextList
             ? "ARRAY<STRING>[]"
             : fmt::format("CAST(NULL AS {})", sql_type(column.type));
}

// The times of a row that count for a day's metrics: three, some of them nothing.
std::string times_of(Stream stream, std::string_view alias) {
  std::vector<std::string_view> times;
  switch (stream) {
    case Stream::kPullRequests:
      times = {"created_at", "closed_at", "merged_at"};
      break;
    case Stream::kCommits:
      times = {"author_date", "commit_date"};
      break;
    case Stream::kReviews:
      times = {"submitted_at"};
      break;
    case Stream::kReviewComments:
    case Stream::kIssueComments:
      times = {"created_at"};
      break;
  }
  constexpr std::string_view kNames[] = {"time_a", "time_b", "time_c"};
  std::string columns;
  for (size_t i = 0; i < std::size(kNames); ++i) {
    columns += fmt::format(
        "{}{} AS {}", i == 0 ? "" : ", ",
        i < times.size() ? of(alias, times[i]) : std::string("CAST(NULL AS TIMESTAMP)"), kNames[i]);
  }
  return columns;
}

// The part of a row's key that is not its pull request's.
std::string id_of(Stream stream, std::string_view alias) {
  return stream == Stream::kPullRequests ? "''"
                                         : of(alias, stream == Stream::kCommits ? "sha" : "id");
}

// The staged rows, as something to select from.
std::string source(const Dataset& dataset, Stream stream, const Staged& staged) {
  if (staged.table) {
    return dataset.table(*staged.table);
  }
  return fmt::format("(SELECT {} FROM UNNEST(ARRAY<INT64>[]))",
                     joined(table_of(stream).columns, ", ", [](const Column& column) {
                       return fmt::format("{} AS {}", nothing(column), identifier(column.name));
                     }));
}

// FROM the staged rows of winners' newest versions.
std::string from_winners(const Dataset& dataset, Stream stream, const Staged& staged) {
  return fmt::format(R"(FROM {stage} AS staged
  JOIN _winners AS winner
    ON winner.org = staged.org
    AND winner.repo = staged.repo
    AND winner.number = staged.{pull_request}
    AND winner.collected_at = staged.collected_at)",
                     "stage"_a = source(dataset, stream, staged),
                     "pull_request"_a = identifier(pull_request_column(stream)));
}

std::string first_day(Stream stream) { return fmt::format("first_of_{}", to_string(stream)); }
std::string last_day(Stream stream) { return fmt::format("last_of_{}", to_string(stream)); }

// Of two loads at once each would insert rows that it does not see the other insert: inserts do not
// conflict. So every load changes one row, the same, and the later one is ended, to be run again.
std::string begin(const Dataset& dataset) {
  return fmt::format(
      R"(
DECLARE {} TIMESTAMP;

BEGIN TRANSACTION;

UPDATE {} SET stale_after_days = stale_after_days WHERE TRUE;
)",
      joined(kStreams, ", ",
             [](Stream stream) { return first_day(stream) + ", " + last_day(stream); }),
      dataset.table("_metrics_settings"));
}

// The pull requests whose newest staged version is no older than the table's, with that version's
// collected_at, and of which nothing newer is known under another repository's name; then those
// and what the tables have of them under another repository's name.
std::string select_winners(const Dataset& dataset, const Staged& staged) {
  return fmt::format(
      R"(
CREATE TEMP TABLE _winners AS
WITH newest AS (
  SELECT
    staged.org,
    staged.repo,
    staged.number,
    MAX(staged.collected_at) AS collected_at,
    ARRAY_AGG(staged.id ORDER BY staged.collected_at DESC LIMIT 1)[OFFSET(0)] AS id
  FROM {stage} AS staged
  LEFT JOIN {pull_requests} AS kept
    ON staged.org = kept.org AND staged.repo = kept.repo AND staged.number = kept.number
  GROUP BY staged.org, staged.repo, staged.number
  HAVING MAX(kept.collected_at) IS NULL
    OR MAX(staged.collected_at) >= MAX(kept.collected_at)
),
known AS (
  SELECT org, repo, id, collected_at FROM {stage} AS staged
  UNION ALL
  SELECT org, repo, id, collected_at FROM {pull_requests}
)
SELECT newest.org, newest.repo, newest.number, newest.collected_at, newest.id
FROM newest
LEFT JOIN known
  ON known.org = newest.org
  AND known.id = newest.id
  AND known.repo <> newest.repo
  AND known.collected_at > newest.collected_at
WHERE known.id IS NULL;

CREATE TEMP TABLE _changed AS
SELECT org, repo, number FROM _winners
UNION DISTINCT
SELECT kept.org, kept.repo, kept.number
FROM {pull_requests} AS kept
JOIN _winners AS winner
  ON winner.org = kept.org AND winner.id = kept.id AND winner.repo <> kept.repo;
)",
      "stage"_a = source(dataset, Stream::kPullRequests, staged),
      "pull_requests"_a = dataset.table("pull_requests"));
}

// What the tables have of the changed pull requests.
std::string select_kept(const Dataset& dataset) {
  return "\nCREATE TEMP TABLE _kept AS\n" +
         joined(kStreams, "\nUNION ALL\n",
                [&](Stream stream) {
                  const Table& table = table_of(stream);
                  return fmt::format(
                      R"(SELECT
  '{stream}' AS stream, kept.org, kept.repo, kept.{pull_request} AS number, {id} AS id,
  kept.{day} AS day, {times}
FROM {table} AS kept
JOIN _changed AS changed
  ON changed.org = kept.org
  AND changed.repo = kept.repo
  AND changed.number = kept.{pull_request})",
                      "stream"_a = table.name, "table"_a = dataset.table(table.name),
                      "pull_request"_a = identifier(pull_request_column(stream)),
                      "id"_a = id_of(stream, "kept"), "day"_a = identifier(table.partition_column),
                      "times"_a = times_of(stream, "kept"));
                }) +
         ";\n";
}

// Notes on which days something happened to the changed pull requests, before and after.
std::string note_days(const Dataset& dataset, const StagedStreams& staged) {
  std::string happened = "  SELECT org, repo, time_a, time_b, time_c FROM _kept";
  for (const Stream stream : kStreams) {
    const Staged& of_stream = staged[static_cast<size_t>(stream)];
    if (of_stream.table) {
      happened += fmt::format("\n  UNION ALL\n  SELECT staged.org, staged.repo, {}\n  {}",
                              times_of(stream, "staged"), from_winners(dataset, stream, of_stream));
    }
  }
  return fmt::format(
      R"(
INSERT INTO {days} (org, repo, metric_date)
SELECT DISTINCT happened.org, happened.repo, DATE(happened_at)
FROM (
{happened}
) AS happened
CROSS JOIN UNNEST([happened.time_a, happened.time_b, happened.time_c]) AS happened_at
WHERE happened_at IS NOT NULL;
)",
      "days"_a = dataset.table("_metrics_days"), "happened"_a = happened);
}

// Between which days the kept rows are.
std::string bound_days() {
  return fmt::format(
      "\nSET ({}) = (\n  {}\n);\n",
      joined(kStreams, ", ",
             [](Stream stream) { return first_day(stream) + ", " + last_day(stream); }),
      joined(kStreams, ",\n  ", [](Stream stream) {
        return fmt::format(
            "(SELECT MIN(day) FROM _kept WHERE stream = '{0}'),\n  "
            "(SELECT MAX(day) FROM _kept WHERE stream = '{0}')",
            to_string(stream));
      }));
}

// kept.org = staged.org AND …, where kept is a row of _kept.
std::string same_kept_key(Stream stream) {
  return joined(table_of(stream).key, " AND ", [&](std::string_view column) {
    const bool is_number = column == pull_request_column(stream);
    const bool is_id = column == "sha" || column == "id";
    return fmt::format("kept.{} = {}",
                       is_number ? "number"
                       : is_id   ? "id"
                                 : column,
                       of("staged", column));
  });
}

// A row that says that a kept one is gone: its newest version's set does not have it.
std::string gone_rows(Stream stream) {
  const Table& table = table_of(stream);
  return fmt::format(
      R"(
  UNION ALL
  SELECT {values}, TRUE AS is_gone
  FROM _kept AS kept
  LEFT JOIN new_rows AS staged
    ON {same_key}
  WHERE kept.stream = '{stream}' AND staged.org IS NULL)",
      "stream"_a = table.name, "same_key"_a = same_kept_key(stream),
      "values"_a = joined(table.columns, ", ", [&](const Column& column) {
        if (!contains(table.key, column.name)) {
          return nothing(column);
        }
        return column.name == pull_request_column(stream)    ? std::string("kept.number")
               : column.name == "sha" || column.name == "id" ? std::string("kept.id")
                                                             : of("kept", column.name);
      }));
}

// The part of the new rows whose days are in [from, to), either of which may be open.
std::string within(Stream stream, std::string_view from, std::string_view to) {
  const std::string day = fmt::format("DATE({})", identifier(table_of(stream).partition_column));
  std::string condition;
  if (!from.empty()) {
    condition += fmt::format("\n  WHERE {} >= DATE '{}'", day, from);
  }
  if (!to.empty()) {
    condition += fmt::format("\n  {} {} < DATE '{}'", from.empty() ? "WHERE" : "AND", day, to);
  }
  return condition;
}

// `part` is a condition on new_rows.
std::string merge(const Dataset& dataset, Stream stream, const Staged& staged,
                  std::string_view part, bool with_gone) {
  const Table& table = table_of(stream);
  std::vector<Column> changing;
  std::ranges::copy_if(table.columns, std::back_inserter(changing),
                       [&](const Column& column) { return !contains(table.key, column.name); });
  return fmt::format(
      R"(
MERGE INTO {table} AS kept
USING (
  WITH new_rows AS (
  SELECT {columns}
  {from}
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY {key}) = 1
  )
  SELECT {names}, FALSE AS is_gone
  FROM new_rows{part}{gone}
) AS staged
ON {same_key}
  AND kept.{day} BETWEEN {first} AND {last}
WHEN MATCHED AND staged.is_gone THEN DELETE
WHEN MATCHED THEN UPDATE SET
  {assignments}
WHEN NOT MATCHED THEN INSERT
  ({names})
VALUES
  ({columns});
)",
      "table"_a = dataset.table(table.name), "from"_a = from_winners(dataset, stream, staged),
      "part"_a = part, "gone"_a = with_gone ? gone_rows(stream) : "",
      "columns"_a = columns_of(table, "staged"),
      "key"_a =
          joined(table.key, ", ", [](std::string_view column) { return of("staged", column); }),
      "same_key"_a = same_key(table, "kept", "staged"),
      "day"_a = identifier(table.partition_column), "first"_a = first_day(stream),
      "last"_a = last_day(stream),
      "assignments"_a = joined(changing, ",\n  ",
                               [](const Column& column) {
                                 return fmt::format("{0} = staged.{0}", identifier(column.name));
                               }),
      "names"_a = joined(table.columns, ", ",
                         [](const Column& column) { return identifier(column.name); }));
}

// What is gone goes with the first part.
std::string merges(const Dataset& dataset, Stream stream, const Staged& staged) {
  std::string statements;
  std::string from;
  for (const std::string& border : staged.borders) {
    statements += merge(dataset, stream, staged, within(stream, from, border), from.empty());
    from = border;
  }
  return statements + merge(dataset, stream, staged, within(stream, from, {}), from.empty());
}

std::string record(const Dataset& dataset) {
  return fmt::format(
      R"(
MERGE INTO {loads} AS kept
USING (
  SELECT
    chunk.chunk_key,
    chunk.stream,
    REGEXP_EXTRACT(chunk.chunk_key, r'/([0-9]{{8}}T[0-9]{{6}}Z)_chunk_[0-9]+[.]json(?:[.]gz)?$')
      AS collection_id,
    chunk.row_count
  FROM UNNEST(@chunks) AS chunk
) AS loaded
ON kept.org = @org AND kept.chunk_key = loaded.chunk_key
WHEN MATCHED THEN UPDATE SET
  stream = loaded.stream,
  collection_id = loaded.collection_id,
  row_count = loaded.row_count,
  loaded_at = @loaded_at
WHEN NOT MATCHED THEN INSERT
  (org, chunk_key, stream, collection_id, row_count, loaded_at)
VALUES
  (@org, loaded.chunk_key, loaded.stream, loaded.collection_id, loaded.row_count, @loaded_at);
)",
      "loads"_a = dataset.table("_loads"));
}

}  // namespace

std::string Dataset::table(std::string_view name) const {
  return fmt::format("`{}.{}.{}`", project, dataset, name);
}

std::string inspect(const Dataset& dataset, const StagedStreams& staged) {
  std::string statement;
  for (const Stream stream : kStreams) {
    const Staged& of_stream = staged[static_cast<size_t>(stream)];
    if (!of_stream.table) {
      continue;
    }
    statement += fmt::format(
        R"({union}
SELECT
  '{stream}' AS stream,
  (SELECT COUNTIF(LOWER(org) <> LOWER(@org)) FROM {stage}) AS strangers,
  ARRAY(
    SELECT day
    FROM (
      SELECT day, ROW_NUMBER() OVER (ORDER BY day) - 1 AS place
      FROM (SELECT DISTINCT DATE({day}) AS day FROM {stage})
    )
    WHERE place > 0 AND MOD(place, {most}) = 0
    ORDER BY day
  ) AS borders)",
        "union"_a = statement.empty() ? "" : "\nUNION ALL", "stream"_a = to_string(stream),
        "stage"_a = dataset.table(*of_stream.table), "most"_a = kMostDays,
        "day"_a = identifier(table_of(stream).partition_column));
  }
  return statement;
}

std::string load(const Dataset& dataset, const StagedStreams& staged) {
  std::string script = begin(dataset) + select_winners(dataset, staged[0]) + select_kept(dataset) +
                       note_days(dataset, staged) + bound_days();
  for (const Stream stream : kStreams) {
    script += merges(dataset, stream, staged[static_cast<size_t>(stream)]);
  }
  return script + record(dataset) + "\nCOMMIT TRANSACTION;\n";
}

const std::string_view kChunksType =
    R"({"type":"ARRAY","arrayType":{"type":"STRUCT","structTypes":[)"
    R"({"name":"stream","type":{"type":"STRING"}},)"
    R"({"name":"chunk_key","type":{"type":"STRING"}},)"
    R"({"name":"row_count","type":{"type":"INT64"}}]}})";

// A number less its rank is the same for all numbers that follow each other.
std::string loaded_chunks(const Dataset& dataset) {
  constexpr std::string_view kKey =
      "^[^/]+/([^/]+)/([a-z_]+)/[0-9-]{10}/([0-9]{8}T[0-9]{6}Z)_chunk_(0|[1-9][0-9]*)"
      "[.]json(?:[.]gz)?$";
  return fmt::format(
      R"(
WITH chunk AS (
  SELECT
    REGEXP_REPLACE(chunk_key, r'{key}', r'\1') AS repo,
    REGEXP_REPLACE(chunk_key, r'{key}', r'\3') AS collection_id,
    REGEXP_REPLACE(chunk_key, r'{key}', r'\2') AS stream,
    SAFE_CAST(REGEXP_REPLACE(chunk_key, r'{key}', r'\4') AS INT64) AS number
  FROM {loads}
  WHERE org = @org
    AND STARTS_WITH(chunk_key, CONCAT(@org, '/'))
    AND REGEXP_CONTAINS(chunk_key, r'{key}')
),
ranked AS (
  SELECT
    repo,
    collection_id,
    stream,
    number,
    number - DENSE_RANK() OVER (
      PARTITION BY repo, collection_id, stream ORDER BY number
    ) AS island
  FROM chunk
  WHERE number IS NOT NULL
)
SELECT repo, collection_id, stream, MIN(number) AS first_number, MAX(number) AS last_number
FROM ranked
GROUP BY repo, collection_id, stream, island
ORDER BY repo, collection_id, stream, first_number)",
      "loads"_a = dataset.table("_loads"), "key"_a = kKey);
}

std::string count_rows(const Dataset& dataset) {
  return "SELECT\n" + joined(kStreams, ",\n", [&](Stream stream) {
           return fmt::format("  (SELECT COUNT(*) FROM {} WHERE LOWER(org) = LOWER(@org)) AS {}",
                              dataset.table(to_string(stream)), to_string(stream));
         });
}

}  // namespace github_stats::bigquery_sql
