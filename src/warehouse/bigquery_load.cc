#include "warehouse/bigquery_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <utility>

#include "base/crash_point.h"
#include "base/json_writer.h"
#include "crypto/sha256.h"
#include "warehouse/bad_chunk.h"
#include "warehouse/bigquery_job.h"
#include "warehouse/bigquery_query.h"
#include "warehouse/bigquery_sql.h"
#include "warehouse/bigquery_staging.h"
#include "warehouse/bigquery_tables.h"

namespace github_stats::bigquery {
namespace {

namespace sql = bigquery_sql;

constexpr size_t kNameDigits = 32;  // 128 bits

// The collection that wrote a chunk, as its key says ("…/20260131T235959Z_chunk_7.json"); empty for
// keys of other forms.
std::string collection_of(std::string_view key) {
  const size_t slash = key.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? key : key.substr(slash + 1);
  const size_t end = name.find("_chunk_");
  constexpr size_t kIdSize = 16;
  return end == kIdSize ? std::string(name.substr(0, end)) : std::string();
}

class Load {
 public:
  Load(Client& client, const LoadBatch& batch)
      : client_(client),
        batch_(batch),
        dataset_{client.options().project, client.options().dataset} {}

  ~Load() {  // they would go by themselves: after a day
    for (const auto& table : tables_) {
      (void)remove_table(client_, table);
    }
  }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  Result<StreamCounts> run() {
    RETURN_IF_ERROR(sort_chunks());
    ASSIGN_OR_RETURN(auto staged, stage_all());
    ASSIGN_OR_RETURN(const sql::StagedStreams tables, inspect(staged));
    RETURN_IF_ERROR(merge(staged, tables));
    StreamCounts counts;
    for (const auto& stream : staged) {
      counts[stream->stream()] = stream->rows();
    }
    return counts;
  }

 private:
  using Stagings = std::vector<std::unique_ptr<StreamStaging>>;

  // Which chunks each stream has, none of them twice, and what the load is called.
  Status sort_chunks() {
    std::set<std::string_view> seen;
    std::set<std::string> collections;
    std::string content = fmt::format("{}\n{}\n{}\n{}\n", dataset_.project, dataset_.dataset,
                                      batch_.org, format_time(batch_.loaded_at));
    for (const ChunkToLoad& chunk : batch_.chunks) {
      if (!reads(chunk.location)) {
        return fail(ErrorCode::kInvalidArgument,
                    fmt::format("BigQuery can't read chunk {} from {}", chunk.key, chunk.location),
                    "keep chunks in a bucket (gs://…) or in a directory");
      }
      if (seen.insert(chunk.key).second) {
        chunks_[static_cast<size_t>(chunk.stream)].push_back(chunk);
        collections.insert(collection_of(chunk.key));
        content += fmt::format("{} {}\n", to_string(chunk.stream), chunk.key);
      }
    }
    collection_id_ = collections.size() == 1 ? *collections.begin() : std::string();
    name_ = sha256_hex(content).substr(0, kNameDigits);
    return {};
  }

  std::unique_ptr<StreamStaging> staging_of(Stream stream, std::vector<ChunkToLoad> chunks,
                                            std::string_view suffix) {
    tables_.push_back(fmt::format("_staging_{}_{}{}", to_string(stream), name_, suffix));
    return std::make_unique<StreamStaging>(client_, stream, std::move(chunks), tables_.back(),
                                           collection_id_);
  }

  // All streams side by side.
  Result<Stagings> stage_all() {
    Stagings staged;
    for (const Stream stream : kStreams) {
      const auto& chunks = chunks_[static_cast<size_t>(stream)];
      if (!chunks.empty()) {
        staged.push_back(staging_of(stream, chunks, ""));
        RETURN_IF_ERROR(staged.back()->begin());
      }
    }
    crash_point("warehouse.load.staging");
    for (const auto& stream : staged) {
      ASSIGN_OR_RETURN(const auto bad, stream->finish());
      if (bad) {
        return blame(*stream, *bad);
      }
    }
    return staged;
  }

  tl::unexpected<Error> blame(const StreamStaging& staging, const BadChunk& bad) {
    if (!bad.key.empty()) {
      return bad_chunk(bad.key, bad.reason);
    }
    const auto found = find_bad_chunk(staging, bad.reason);
    return found ? bad_chunk(found->key, found->reason) : tl::unexpected<Error>(found.error());
  }

  // Halves the chunks until one is left: for faults that BigQuery names no object for.
  Result<BadChunk> find_bad_chunk(const StreamStaging& staging, std::string reason) {
    std::vector<ChunkToLoad> suspects = staging.chunks();
    for (int round = 0; suspects.size() > 1; ++round) {
      const auto middle = suspects.begin() + static_cast<std::ptrdiff_t>(suspects.size() / 2);
      const std::vector<ChunkToLoad> half(suspects.begin(), middle);
      ASSIGN_OR_RETURN(const auto why, what_is_wrong(staging.stream(), half, round));
      if (why) {
        suspects = half;
        reason = *why;
      } else {
        suspects.erase(suspects.begin(), middle);
      }
    }
    return BadChunk{suspects.front().key, std::move(reason)};
  }

  // Whether these chunks by themselves can be loaded; if not, why.
  Result<std::optional<std::string>> what_is_wrong(Stream stream,
                                                   const std::vector<ChunkToLoad>& chunks,
                                                   int round) {
    auto probe = staging_of(stream, chunks, fmt::format("_{}", round));
    RETURN_IF_ERROR(probe->begin());
    ASSIGN_OR_RETURN(const auto bad, probe->finish());
    if (bad) {
      return bad->reason;
    }
    sql::StagedStreams tables;
    tables[static_cast<size_t>(stream)].table = probe->table();
    ASSIGN_OR_RETURN(const QueryResult found, look_at(tables));
    return has_strangers(found.rows.front()) ? std::optional(std::string(kStrangers))
                                             : std::nullopt;
  }

  static constexpr std::string_view kStrangers = "it holds rows of another organisation";

  static bool has_strangers(const QueryRow& row) { return row[1] != "0"; }

  Result<QueryResult> look_at(const sql::StagedStreams& tables) {
    Statement statement{sql::inspect(dataset_, tables), {}, "look at staged rows"};
    statement.parameters.text("org", batch_.org);
    return select(client_, statement);
  }

  Result<sql::StagedStreams> inspect(const Stagings& staged) {
    sql::StagedStreams tables;
    for (const auto& stream : staged) {
      tables[static_cast<size_t>(stream->stream())].table = stream->table();
    }
    ASSIGN_OR_RETURN(const QueryResult found, look_at(tables));
    for (const auto& row : found.rows) {
      const auto stream = stream_named(row[0].value_or(""));
      const auto staging = std::ranges::find_if(
          staged, [&](const auto& one) { return stream && one->stream() == *stream; });
      if (staging == staged.end()) {
        return fail(ErrorCode::kInternal, "BigQuery gives a stream that was not asked for");
      }
      if (has_strangers(row)) {
        return blame(**staging, {.key = {}, .reason = std::string(kStrangers)});
      }
      ASSIGN_OR_RETURN(const Document borders, Document::parse(row[2].value_or("[]")));
      tables[static_cast<size_t>(*stream)].borders = borders.texts();
    }
    return tables;
  }

  // The chunks to be recorded. How many rows one has is known where it is its stream's only one.
  std::string recorded_chunks(const Stagings& staged) const {
    std::string text;
    JsonWriter json(text);
    json.begin_object().key("arrayValues").begin_array();
    for (const auto& stream : staged) {
      for (const ChunkToLoad& chunk : stream->chunks()) {
        json.begin_object().key("structValues").begin_object();
        json.key("stream").begin_object().key("value").text(to_string(chunk.stream)).end_object();
        json.key("chunk_key").begin_object().key("value").text(chunk.key).end_object();
        json.key("row_count").begin_object();
        if (stream->chunks().size() == 1) {
          json.key("value").text(fmt::to_string(stream->rows()));
        }
        json.end_object().end_object().end_object();
      }
    }
    json.end_array().end_object();
    return text;
  }

  Status merge(const Stagings& staged, const sql::StagedStreams& tables) {
    Statement statement{sql::load(dataset_, tables), {}, {}};
    statement.parameters.text("org", batch_.org).timestamp("loaded_at", batch_.loaded_at);
    statement.parameters.raw("chunks", sql::kChunksType, recorded_chunks(staged));
    crash_point("warehouse.load.before_commit");
    const auto done =
        run_job(client_, {.id = "_merge_" + name_,
                          .configuration = query_configuration(client_, statement, collection_id_),
                          .doing = "merge the staged rows"});
    if (!done) {
      return tl::unexpected<Error>(asking_for_init(client_, done.error()));
    }
    crash_point("warehouse.load.after_commit");
    return {};
  }

  Client& client_;
  const LoadBatch& batch_;
  const sql::Dataset dataset_;
  std::array<std::vector<ChunkToLoad>, kStreams.size()> chunks_;
  std::string name_;
  std::string collection_id_;
  std::vector<std::string> tables_;  // made for this load
};

}  // namespace

bool reads(std::string_view location) {
  return is_in_bucket(location) ? location.find('*') == std::string_view::npos
                                : location.find("://") == std::string_view::npos;
}

Result<StreamCounts> load_batch(Client& client, const LoadBatch& batch) {
  return Load(client, batch).run();
}

}  // namespace github_stats::bigquery
