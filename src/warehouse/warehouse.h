// Where rows are kept and queried: DuckDB in a file, or BigQuery.
//
// A warehouse holds the six tables and two views of schema/, a bookkeeping table `_loads` (one row
// a loaded chunk), and what it keeps for metrics. Its contract is the same for every implementation
// and checked by testing/warehouse_suite. It is used by one thread at a time.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/schema.h"
#include "warehouse/loaded_chunks.h"

namespace github_stats {

// One chunk object to load: newline-delimited JSON, one row of the stream's table a line.
struct ChunkToLoad {
  Stream stream;
  std::string key;       // its name in the object store; what `_loads` remembers
  std::string location;  // where the warehouse can read it: a path, or gs://bucket/key
};

// Chunks that are loaded together or not at all. Holds whole sets: with a pull_requests row always
// all the detail rows that the same collection wrote for it. A chunk that stands in it twice is
// read once.
struct LoadBatch {
  std::string org;
  std::vector<ChunkToLoad> chunks;
  Time loaded_at;
};

// Rows a table holds, or a load staged, per stream (index: the Stream's position in kStreams).
struct StreamCounts {
  std::array<int64_t, kStreams.size()> rows{};

  int64_t& operator[](Stream stream) { return rows[static_cast<size_t>(stream)]; }
  int64_t operator[](Stream stream) const { return rows[static_cast<size_t>(stream)]; }
  int64_t total() const;
  StreamCounts& operator+=(const StreamCounts& other);
};

// How to show a query's column.
enum class ValueKind { kText, kNumber, kBoolean, kJson };

struct QueryColumn {
  std::string name;
  ValueKind kind = ValueKind::kText;
};

// What the metrics and views judge by, besides the rows.
struct MetricsRules {
  std::vector<std::string> bot_logins;  // however cased; besides those that GitHub marks as bots
  int64_t stale_after_days = 14;
};

enum class MetricsScope {
  kTouched,  // the days on which something happened to pull requests that loads have changed
  kAll,
};

// What was calculated.
struct MetricsUpdate {
  int64_t rows = 0;
  int64_t days = 0;  // different ones, of those rows
};

// A row of an answer, its values written as in QueryResult.
using QueryRow = std::vector<std::optional<std::string>>;

// A query's answer. Values are written as in JSON, texts without quotes: times are
// "2026-01-31T23:59:59Z", days "2026-01-31", lists JSON arrays. Null is nothing, and so is a number
// that JSON has no form for.
struct QueryResult {
  std::vector<QueryColumn> columns;
  std::vector<QueryRow> rows;
};

class Warehouse {
 public:
  virtual ~Warehouse() = default;

  // For people: "duckdb:./github_stats.duckdb".
  virtual std::string name() const = 0;

  // Creates what is missing: the tables, columns that a newer version brings, and the views, which
  // are replaced when they are not this version's. Never drops or changes a column; a table that
  // can't be used as it is fails with precondition_failed naming it. Safe to repeat.
  virtual Status init() = 0;

  // The chunks below `org`'s folder of a store that have been loaded for it. One query, which gives
  // ranges of numbers. Keys of other forms than store/keys.h gives to chunks are not in it.
  virtual Result<LoadedChunks> loaded_chunks(std::string_view org) = 0;

  // Whether chunks can be loaded from this location (see ChunkToLoad). The same for all locations
  // of a store; tells nothing of whether there is something.
  virtual bool reads(std::string_view location) const = 0;

  // Brings a batch in, in one transaction, and records its chunks as loaded.
  //
  // A pull_requests row is the commit record of its pull request's details: detail rows count only
  // together with a pull_requests row of the same org, repo, number and collected_at in the batch;
  // others are ignored. Per pull request the newest collected_at wins: in the batch, and against
  // what is there (an equal one replaces it, so that loading twice is harmless). The winner's
  // details replace all details of that pull request. A pull request is known by its id: when its
  // repository has been renamed, the newest version's name counts, and what is there under another
  // name goes. Within one set a repeated key leaves one row.
  //
  // Rows keep the org they carry; it must be the batch's, but for the case of its letters. Fields
  // that the schema doesn't know are ignored: a newer version wrote them.
  //
  // Gives the rows read per stream. A chunk that is missing or malformed, that lacks a required
  // column or holds another organisation's rows, fails with data_loss, naming the chunk's key and
  // the reason but none of its content, and nothing changes. A location that this warehouse can't
  // read is invalid_argument; tables that are not there, precondition_failed.
  virtual Result<StreamCounts> load(const LoadBatch& batch) = 0;

  // Keeps the rules, which hold from now on for the views, and for metrics with their next update,
  // which calculates all of them if the bots have changed. Until then nobody's login is a bot's,
  // and 14 days make stale.
  virtual Status set_metrics_rules(const MetricsRules& rules) = 0;

  // Calculates the table `metrics`, in one transaction. What a load changes is remembered with it,
  // so that after an update of what was touched the table is as if all had been calculated. All is
  // calculated, too, when definitions or bots have changed since the last update.
  virtual Result<MetricsUpdate> update_metrics(MetricsScope scope) = 0;

  // Rows of `org`, however its letters are cased, per table.
  virtual Result<StreamCounts> counts(std::string_view org) = 0;

  // Runs one statement of the warehouse's own SQL. The whole answer is in memory: bound it with
  // LIMIT. A statement that the warehouse does not understand is invalid_argument.
  virtual Result<QueryResult> query(std::string_view sql) = 0;

  // Runs a SELECT like query, and gives its rows to `on_row` one after the other, so that an answer
  // of any size takes little memory. A failure may come after some of the rows. Here: by query, for
  // a warehouse that knows no better.
  virtual Status for_each_row(std::string_view sql,
                              const std::function<void(const QueryRow&)>& on_row);

  // How many bytes a SELECT would read, where that is what one pays for; nothing where reading is
  // free. Runs nothing; fails as query does.
  virtual Result<std::optional<int64_t>> bytes_to_read(std::string_view sql) = 0;
};

}  // namespace github_stats
