#include "warehouse/sql.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <vector>

#include "warehouse/joined.h"

namespace github_stats::duckdb_sql {
namespace {

using namespace fmt::literals;

// Larger than any row GitHub can make: a body has at most 64 KiB, a diff hunk some MB.
constexpr int64_t kLargestRowBytes = int64_t{64} << 20;

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char c : text) {
    result.append(c == quote ? 2 : 1, c);
  }
  result += quote;
  return result;
}

std::string staging(Stream stream) { return fmt::format("temp.stage_{}", to_string(stream)); }

// read_json takes patterns: a character that means something in one is put into a class of its own.
std::string as_pattern(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    pattern += c == '*' || c == '?' || c == '[' ? fmt::format("[{}]", c) : std::string(1, c);
  }
  return pattern;
}

std::string column_name(const Column& column) { return identifier(column.name); }

std::string all_columns(const Table& table) { return joined(table.columns, ", ", column_name); }

// left.a = right.a AND left.b = right.b …, over the key.
std::string same_key(const Table& table, std::string_view left, std::string_view right) {
  return joined(table.key, " AND ", [&](std::string_view column) {
    return fmt::format("{0}.{2} = {1}.{2}", left, right, identifier(column));
  });
}

std::string typed_column(const Column& column) {
  return fmt::format("{} {}", identifier(column.name), type_name(column.type));
}

std::string default_of(const Column& column) {
  return column.type == ColumnType::kTextList ? " DEFAULT []" : "";
}

std::string column_as_stored(const Column& column) {
  const std::string value = identifier(column.name);
  return column.type == ColumnType::kTextList ? fmt::format("coalesce({}, [])", value) : value;
}

std::string read_files(const Table& table, std::span<const std::string> paths,
                       Compression compression) {
  return fmt::format(
      R"(read_json(
  [{paths}],
  format = 'newline_delimited',
  compression = '{compression}',
  columns = {{{columns}}},
  maximum_object_size = {largest},
  hive_partitioning = false,
  ignore_errors = false
))",
      "largest"_a = kLargestRowBytes,
      "compression"_a = compression == Compression::kGzip ? "gzip" : "uncompressed",
      "paths"_a = joined(paths, ",\n   ",
                         [](const std::string& path) { return literal(as_pattern(path)); }),
      "columns"_a = joined(table.columns, ", ", [](const Column& column) {
        return fmt::format("{}: {}", literal(column.name), literal(type_name(column.type)));
      }));
}

}  // namespace

std::string identifier(std::string_view name) { return quoted(name, '"'); }

std::string literal(std::string_view text) { return quoted(text, '\''); }

std::string_view type_name(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "VARCHAR";
    case ColumnType::kInteger:
      return "BIGINT";
    case ColumnType::kReal:
      return "DOUBLE";
    case ColumnType::kBoolean:
      return "BOOLEAN";
    case ColumnType::kTimestamp:
      return "TIMESTAMP";
    case ColumnType::kDate:
      return "DATE";
    case ColumnType::kTextList:
      return "VARCHAR[]";
  }
  return "";
}

std::string create_table(const Table& table) {
  return fmt::format(
      R"(
CREATE TABLE IF NOT EXISTS {table} (
  {columns}
))",
      "table"_a = identifier(table.name),
      "columns"_a = joined(table.columns, ",\n  ", [](const Column& column) {
        return typed_column(column) + default_of(column) + (column.required ? " NOT NULL" : "");
      }));
}

std::string add_column(const Table& table, const Column& column) {
  return fmt::format("ALTER TABLE {} ADD COLUMN {}{}", identifier(table.name), typed_column(column),
                     default_of(column));
}

std::string comment_on(const Table& table) {
  std::string statements = fmt::format("COMMENT ON TABLE {} IS {};\n", identifier(table.name),
                                       literal(table.description));
  for (const Column& column : table.columns) {
    statements += fmt::format("COMMENT ON COLUMN {}.{} IS {};\n", identifier(table.name),
                              identifier(column.name), literal(column.description));
  }
  return statements;
}

const std::string_view kCatalogColumns = R"(
SELECT
  column_name,
  data_type,
  table_name IN (
    SELECT table_name FROM duckdb_tables()
    WHERE database_name = current_database() AND schema_name = current_schema()
  ),
  NOT is_nullable AND column_default IS NULL
FROM duckdb_columns()
WHERE database_name = current_database()
  AND schema_name = current_schema()
  AND lower(table_name) = lower($1)
ORDER BY column_index)";

std::string create_staging(Stream stream) {
  return fmt::format(
      R"(
CREATE TEMPORARY TABLE {stage} (
  {columns},
  chunk_index BIGINT
))",
      "stage"_a = staging(stream),
      "columns"_a = joined(table_of(stream).columns, ",\n  ", typed_column));
}

std::string stage_chunks(Stream stream, std::span<const std::string> paths, Compression compression,
                         size_t first_index) {
  const Table& table = table_of(stream);
  return fmt::format(
      R"(
INSERT INTO {stage}
SELECT
  {values},
  file_index + {first_index}
FROM {files})",
      "stage"_a = staging(stream), "first_index"_a = first_index,
      "values"_a = joined(table.columns, ",\n  ", column_as_stored),
      "files"_a = read_files(table, paths, compression));
}

std::string insert_from_files(const Table& table, std::span<const std::string> paths) {
  return fmt::format(
      R"(
INSERT INTO {table}
SELECT
  {values}
FROM {files})",
      "table"_a = identifier(table.name),
      "values"_a = joined(table.columns, ",\n  ", column_as_stored),
      "files"_a = read_files(table, paths, Compression::kNone));
}

std::string inspect_staging(Stream stream) {
  std::vector<Column> required;
  std::ranges::copy_if(table_of(stream).columns, std::back_inserter(required), &Column::required);
  return fmt::format(
      R"(
SELECT
  chunk_index,
  count(*),
  min(collection_id),
  min(CASE {missing} END),
  coalesce(bool_or(lower(org) <> lower($1)), false)
FROM {stage}
GROUP BY chunk_index
ORDER BY chunk_index)",
      "stage"_a = staging(stream), "missing"_a = joined(required, " ", [](const Column& column) {
                                     return fmt::format("WHEN {} IS NULL THEN {}",
                                                        identifier(column.name),
                                                        literal(column.name));
                                   }));
}

const std::string_view kSelectWinners = R"(
CREATE TEMPORARY TABLE winners AS
WITH newest AS (
  SELECT
    staged.org,
    staged.repo,
    staged.number,
    max(staged.collected_at) AS collected_at,
    arg_max(staged.id, staged.collected_at) AS id
  FROM temp.stage_pull_requests AS staged
  LEFT JOIN pull_requests AS kept
    ON staged.org = kept.org AND staged.repo = kept.repo AND staged.number = kept.number
  GROUP BY staged.org, staged.repo, staged.number
  HAVING max(kept.collected_at) IS NULL
    OR max(staged.collected_at) >= max(kept.collected_at)
),
known AS (
  SELECT org, repo, id, collected_at FROM temp.stage_pull_requests
  UNION ALL
  SELECT org, repo, id, collected_at FROM pull_requests
)
SELECT org, repo, number, collected_at, id
FROM newest
WHERE NOT EXISTS (
  SELECT 1 FROM known
  WHERE known.org = newest.org
    AND known.id = newest.id
    AND known.repo <> newest.repo
    AND known.collected_at > newest.collected_at
))";

const std::string_view kSelectRenamed = R"(
CREATE TEMPORARY TABLE renamed AS
SELECT kept.org, kept.repo, kept.number
FROM pull_requests AS kept
JOIN temp.winners AS winner
  ON winner.org = kept.org AND winner.id = kept.id AND winner.repo <> kept.repo)";

std::string delete_renamed(Stream stream) {
  return fmt::format(
      R"(
DELETE FROM {table} AS kept
WHERE EXISTS (
  SELECT 1 FROM temp.renamed AS renamed
  WHERE renamed.org = kept.org
    AND renamed.repo = kept.repo
    AND renamed.number = kept.{pull_request}
))",
      "table"_a = identifier(to_string(stream)),
      "pull_request"_a = identifier(pull_request_column(stream)));
}

std::string keep_winners(Stream stream) {
  return fmt::format(
      R"(
DELETE FROM {stage}
WHERE rowid NOT IN (
  SELECT max(staged.rowid)
  FROM {stage} AS staged
  JOIN temp.winners AS winner
    ON staged.org = winner.org
   AND staged.repo = winner.repo
   AND staged.{pull_request} = winner.number
   AND staged.collected_at = winner.collected_at
  GROUP BY {key}
))",
      "stage"_a = staging(stream), "pull_request"_a = identifier(pull_request_column(stream)),
      "key"_a = joined(table_of(stream).key, ", ",
                       [](std::string_view column) { return "staged." + identifier(column); }));
}

std::string delete_disappeared(Stream stream) {
  return fmt::format(
      R"(
DELETE FROM {table} AS kept
WHERE EXISTS (
  SELECT 1 FROM temp.winners AS winner
  WHERE winner.org = kept.org
    AND winner.repo = kept.repo
    AND winner.number = kept.{pull_request}
)
AND NOT EXISTS (
  SELECT 1 FROM {stage} AS staged
  WHERE {same_key}
))",
      "table"_a = identifier(to_string(stream)), "stage"_a = staging(stream),
      "pull_request"_a = identifier(pull_request_column(stream)),
      "same_key"_a = same_key(table_of(stream), "staged", "kept"));
}

std::string merge(Stream stream) {
  const Table& table = table_of(stream);
  std::vector<Column> changing;
  std::ranges::copy_if(table.columns, std::back_inserter(changing), [&](const Column& column) {
    return std::ranges::find(table.key, column.name) == table.key.end();
  });
  return fmt::format(
      R"(
MERGE INTO {table} AS kept
USING {stage} AS staged
ON {same_key}
WHEN MATCHED THEN UPDATE SET
  {assignments}
WHEN NOT MATCHED THEN INSERT
  ({columns})
VALUES
  ({values}))",
      "table"_a = identifier(table.name), "stage"_a = staging(stream),
      "same_key"_a = same_key(table, "staged", "kept"),
      "assignments"_a = joined(changing, ",\n  ",
                               [](const Column& column) {
                                 return fmt::format("{0} = staged.{0}", identifier(column.name));
                               }),
      "columns"_a = all_columns(table),
      "values"_a = joined(table.columns, ", ",
                          [](const Column& column) { return "staged." + column_name(column); }));
}

const std::string_view kCreateLoadedChunks = R"(
CREATE TEMPORARY TABLE loaded_chunks (
  stream VARCHAR,
  chunk_key VARCHAR,
  collection_id VARCHAR,
  row_count VARCHAR
))";

const std::string_view kForgetLoads = R"(
DELETE FROM _loads
WHERE org = $1 AND chunk_key IN (SELECT chunk_key FROM temp.loaded_chunks))";

const std::string_view kRecordLoads = R"(
INSERT INTO _loads (org, chunk_key, stream, collection_id, row_count, loaded_at)
SELECT $1, chunk_key, stream, collection_id, CAST(row_count AS BIGINT), CAST($2 AS TIMESTAMP)
FROM temp.loaded_chunks)";

std::string drop_staging() {
  std::string statements =
      "DROP TABLE temp.winners;\nDROP TABLE temp.renamed;\nDROP TABLE temp.loaded_chunks;\n";
  for (const Stream stream : kStreams) {
    statements += fmt::format("DROP TABLE {};\n", staging(stream));
  }
  return statements;
}

// A number less its rank is the same for all numbers that follow each other.
const std::string_view kLoadedChunks = R"(
WITH chunk AS (
  SELECT
    key.repo AS repo,
    key.collection_id AS collection_id,
    key.stream AS stream,
    TRY_CAST(key.number AS BIGINT) AS number
  FROM (
    SELECT regexp_extract(
      chunk_key,
      '^[^/]+/([^/]+)/([a-z_]+)/[0-9-]{10}/([0-9]{8}T[0-9]{6}Z)_chunk_(0|[1-9][0-9]*)[.]json([.]gz)?$',
      ['repo', 'stream', 'collection_id', 'number']
    ) AS key
    FROM _loads
    WHERE org = $1 AND starts_with(chunk_key, concat($1, '/'))
  )
),
ranked AS (
  SELECT
    *,
    number - dense_rank() OVER (
      PARTITION BY repo, collection_id, stream ORDER BY number
    ) AS island
  FROM chunk
  WHERE number IS NOT NULL
)
SELECT repo, collection_id, stream, min(number), max(number)
FROM ranked
GROUP BY repo, collection_id, stream, island
ORDER BY repo, collection_id, stream, min(number))";

std::string count_rows(Stream stream) {
  return fmt::format("SELECT count(*) FROM {} WHERE lower(org) = lower($1)",
                     identifier(to_string(stream)));
}

}  // namespace github_stats::duckdb_sql
