#include "warehouse/duckdb_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "base/crash_point.h"
#include "warehouse/bad_chunk.h"
#include "warehouse/duckdb_errors.h"
#include "warehouse/duckdb_transaction.h"
#include "warehouse/metrics_sql.h"
#include "warehouse/sql.h"

namespace github_stats::duckdb {
namespace {

namespace sql = duckdb_sql;

constexpr std::string_view kLoading = "loading into DuckDB";

// The chunks of one stream, and where DuckDB reads them: plain ones first, then compressed ones.
struct StreamFiles {
  std::vector<std::string> keys;
  std::vector<std::string> paths;
  size_t plain = 0;  // how many those are

  std::string_view key_of(std::string_view path) const {
    for (size_t i = 0; i < paths.size(); ++i) {
      if (paths[i] == path) {
        return keys[i];
      }
    }
    return {};
  }
};

class Load {
 public:
  Load(Connection& connection, const LoadBatch& batch)
      : connection_(connection), batch_(batch), transaction_(connection) {}

  Result<StreamCounts> run() {
    RETURN_IF_ERROR(find_files());
    RETURN_IF_ERROR(done(transaction_.begin()));
    RETURN_IF_ERROR(execute(sql::kCreateLoadedChunks));
    for (const Stream stream : kStreams) {
      RETURN_IF_ERROR(execute(sql::create_staging(stream)));
      RETURN_IF_ERROR(stage(stream));
    }
    RETURN_IF_ERROR(execute(sql::kSelectWinners));
    RETURN_IF_ERROR(execute(sql::kSelectRenamed));
    for (const Stream stream : kStreams) {
      RETURN_IF_ERROR(execute(sql::note_days_before(stream)));
      RETURN_IF_ERROR(execute(sql::delete_renamed(stream)));
      RETURN_IF_ERROR(execute(sql::keep_winners(stream)));
      RETURN_IF_ERROR(execute(sql::note_days_after(stream)));
      RETURN_IF_ERROR(execute(sql::delete_disappeared(stream)));
      RETURN_IF_ERROR(execute(sql::merge(stream)));
    }
    RETURN_IF_ERROR(record());
    RETURN_IF_ERROR(execute(sql::drop_staging()));
    crash_point("warehouse.load.before_commit");
    RETURN_IF_ERROR(done(transaction_.commit()));
    crash_point("warehouse.load.after_commit");
    return counts_;
  }

 private:
  StreamFiles& files_of(Stream stream) { return files_[static_cast<size_t>(stream)]; }

  static Status done(Outcome<void> outcome) {
    return outcome ? Status() : tl::unexpected(statement_error(kLoading, outcome.error()));
  }

  Status execute(std::string_view statements) { return done(connection_.execute(statements)); }

  Status select_nothing(std::string_view statement, std::span<const std::string_view> parameters) {
    const auto rows = connection_.select(statement, parameters);
    return rows ? Status() : tl::unexpected(statement_error(kLoading, rows.error()));
  }

  // Checks where the chunks are before anything is touched.
  Status find_files() {
    std::set<std::string_view> seen;
    for (const bool compressed : {false, true}) {
      for (const ChunkToLoad& chunk : batch_.chunks) {
        if (chunk.location.ends_with(".gz") == compressed && seen.insert(chunk.key).second) {
          RETURN_IF_ERROR(find_file(chunk));
          files_of(chunk.stream).plain += compressed ? 0 : 1;
        }
      }
    }
    return {};
  }

  Status find_file(const ChunkToLoad& chunk) {
    if (!reads(chunk.location)) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("DuckDB can't read chunk {} from {}", chunk.key, chunk.location),
                  "copy it into a local file and load that");
    }
    std::error_code error;
    const auto path = std::filesystem::absolute(chunk.location, error).lexically_normal();
    if (error || !std::filesystem::is_regular_file(path, error)) {
      return bad_chunk(chunk.key, "there is no file to read it from");
    }
    files_of(chunk.stream).keys.push_back(chunk.key);
    files_of(chunk.stream).paths.push_back(path.string());
    return {};
  }

  Status stage(Stream stream) {
    const StreamFiles& files = files_of(stream);
    if (files.paths.empty()) {
      return {};
    }
    const auto staged = stage_files(stream, 0, files.paths.size());
    if (!staged) {
      return staging_error(stream, staged.error());
    }
    return inspect(stream);
  }

  // Stages the files with places in [begin, end).
  Outcome<void> stage_files(Stream stream, size_t begin, size_t end) {
    const StreamFiles& files = files_of(stream);
    const std::span<const std::string> paths(files.paths);
    const size_t border = std::clamp(files.plain, begin, end);
    Outcome<void> staged;
    if (begin < border) {
      staged = connection_.execute(sql::stage_chunks(stream, paths.subspan(begin, border - begin),
                                                     sql::Compression::kNone, begin));
    }
    if (staged && border < end) {
      staged = connection_.execute(sql::stage_chunks(stream, paths.subspan(border, end - border),
                                                     sql::Compression::kGzip, border));
    }
    return staged;
  }

  Status staging_error(Stream stream, const Failure& failure) {
    const auto refusal = read_refusal(failure);
    if (!refusal) {
      return tl::unexpected(statement_error(kLoading, failure));
    }
    const std::string_view named = files_of(stream).key_of(refusal->path);
    return bad_chunk(named.empty() ? first_bad_chunk(stream) : named, refusal->reason);
  }

  // For the refusals that name no file: reads one file after another until one is refused.
  std::string_view first_bad_chunk(Stream stream) {
    transaction_.roll_back();
    const StreamFiles& files = files_of(stream);
    for (size_t i = 0; i < files.paths.size(); ++i) {
      Transaction attempt(connection_);
      if (!attempt.begin() || !connection_.execute(sql::create_staging(stream)) ||
          !stage_files(stream, i, i + 1)) {
        return files.keys[i];
      }
    }
    return to_string(stream);
  }

  // Checks the rows staged, counts them per chunk and notes the chunks as loaded.
  Status inspect(Stream stream) {
    const std::string_view org[] = {batch_.org};
    const auto staged = connection_.select(sql::inspect_staging(stream), org);
    if (!staged) {
      return tl::unexpected(statement_error(kLoading, staged.error()));
    }
    const StreamFiles& files = files_of(stream);
    std::vector<Row> loads;
    for (const std::string& key : files.keys) {
      loads.push_back({std::string(to_string(stream)), key, std::nullopt, "0"});
    }
    for (const Row& chunk : *staged) {
      const size_t index = static_cast<size_t>(as_integer(chunk[0]));
      if (chunk[3]) {
        return bad_chunk(files.keys[index], fmt::format("a row has no {}", *chunk[3]));
      }
      if (chunk[4] == "true") {
        return bad_chunk(files.keys[index], "it holds rows of another organisation");
      }
      loads[index][2] = chunk[2];
      loads[index][3] = chunk[1];
      counts_[stream] += as_integer(chunk[1]);
    }
    return done(connection_.append("loaded_chunks", loads));
  }

  Status record() {
    const std::string loaded_at = format_time(batch_.loaded_at);
    const std::string_view parameters[] = {batch_.org, loaded_at};
    RETURN_IF_ERROR(select_nothing(sql::kForgetLoads, std::span(parameters, 1)));
    return select_nothing(sql::kRecordLoads, parameters);
  }

  Connection& connection_;
  const LoadBatch& batch_;
  Transaction transaction_;
  std::array<StreamFiles, kStreams.size()> files_;
  StreamCounts counts_;
};

}  // namespace

bool reads(std::string_view location) {
  // A path whose first part has a colon is taken for a scheme, too: better copied than mistaken.
  const size_t colon = location.find(':');
  return colon == std::string_view::npos || location.substr(0, colon).find('/') < colon;
}

Result<StreamCounts> load_batch(Connection& connection, const LoadBatch& batch) {
  return Load(connection, batch).run();
}

}  // namespace github_stats::duckdb
