// BigQuery's statements of a load, derived from schema/. The idea is that of sql.h, DuckDB's:
// stage, pick the winners, replace their rows, remember the chunks.
//
// All of it is one script and one transaction, so that nobody sees a half of it, and what fails is
// rolled back (cloud.google.com/bigquery/docs/transactions). Per table there is one MERGE, which
// BigQuery bills by the partitions it reads: it is bounded by the days that the winners' rows have
// now, which a scan of the key columns tells. That is more than "never before created_at" would
// give, and holds for commits, whose dates are anybody's guess.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "schema/schema.h"

namespace github_stats::bigquery_sql {

struct Dataset {
  std::string project;
  std::string dataset;

  // `project.dataset.name`, quoted.
  std::string table(std::string_view name) const;
};

// What of a stream is staged.
struct Staged {
  std::optional<std::string> table;  // its name; nothing: no chunk has the stream
  // First days (2026-01-31) of the second and later parts that the merge is cut into: each changes
  // at most kMostDays partitions, of which a job may change 4,000.
  std::vector<std::string> borders = {};
};
using StagedStreams = std::array<Staged, kStreams.size()>;

inline constexpr int kMostDays = 2'000;

// One row a staged stream: its name, how many rows are of another organisation than @org, and its
// borders as a list of days.
std::string inspect(const Dataset& dataset, const StagedStreams& staged);

// Brings what is staged into the tables and records the chunks. Parameters: @org, @loaded_at,
// @chunks (a list of structs: stream, chunk_key, row_count), see chunks_type.
std::string load(const Dataset& dataset, const StagedStreams& staged);

// The QueryParameterType of @chunks, as JSON.
extern const std::string_view kChunksType;

// Chunks loaded for the organisation @org from its own folder, as ranges: repository, collection
// id, stream, first number, last number.
std::string loaded_chunks(const Dataset& dataset);

// One row: the rows of the organisation @org, however cased, per stream.
std::string count_rows(const Dataset& dataset);

}  // namespace github_stats::bigquery_sql
