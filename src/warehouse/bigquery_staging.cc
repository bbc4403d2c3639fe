#include "warehouse/bigquery_staging.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/json_writer.h"
#include "google/upload_in_parts.h"
#include "http/answer_headers.h"
#include "warehouse/bigquery_chunk_file.h"
#include "warehouse/bigquery_query.h"
#include "warehouse/bigquery_tables.h"

namespace github_stats::bigquery {
namespace {

constexpr size_t kPartSize = size_t{8} << 20U;  // a multiple of 256 KiB

bool is_compressed(const ChunkToLoad& chunk) { return chunk.location.ends_with(".gz"); }

std::string_view after(std::string_view text, std::string_view mark) {
  const size_t place = text.find(mark);
  return place == std::string_view::npos ? std::string_view() : text.substr(place + mark.size());
}

std::string_view digits_at_front(std::string_view text) {
  return text.substr(0, std::min(text.size(), text.find_first_not_of("0123456789")));
}

// The byte at which the row begins that BigQuery could not read.
std::optional<int64_t> position_in(std::string_view message) {
  return number_in(digits_at_front(after(message, "row starting at position ")));
}

// Sends the file as the data of a load job.
Result<HttpResponse> send_upload(Client& client, const ChunkFile& file, const std::string& job,
                                 std::string_view doing) {
  const Options& options = client.options();
  const std::string url =
      with_query(fmt::format("{}/upload/bigquery/v2/projects/{}/jobs", options.base_url,
                             percent_encoded(options.project)),
                 {{"uploadType", "resumable"}});
  auto answer = upload_in_parts(
      client.api(),
      {.base_url = options.base_url,
       .begin =
           [&] {
             HttpRequest request = Client::with_json(HttpMethod::kPost, url, job);
             request.headers.emplace_back("x-upload-content-type", "application/octet-stream");
             request.headers.emplace_back("x-upload-content-length", fmt::to_string(file.size()));
             return request;
           },
       .size = file.size(),
       .part_size = kPartSize,
       .read = [&](size_t from, size_t count) { return file.read(from, count); }});
  if (!answer) {
    return fail_with_context(fmt::format("can't {}", doing), std::move(answer).error());
  }
  if (answer->response.status >= 300 && answer->response.status != 409) {
    return tl::unexpected<Error>(client.refusal(doing, answer->response, "bigquery.jobs.create"));
  }
  return std::move(answer->response);
}

}  // namespace

bool is_in_bucket(std::string_view location) { return location.starts_with("gs://"); }

std::string reason_in(std::string_view message, Stream stream) {
  std::string reason = "a row is not what the table takes";
  if (const auto position = position_in(message)) {
    reason = fmt::format("the row at byte {} is not what the table takes", *position);
  }
  // The text itself may quote the row, a column's name does not.
  for (const Column& column : table_of(stream).columns) {
    const std::string named[] = {fmt::format("Field: {};", column.name),
                                 fmt::format("Field: {}.", column.name),
                                 fmt::format("Missing required field: {}.", column.name)};
    if (std::ranges::any_of(named, [&](const std::string& text) {
          return message.find(text) != std::string_view::npos ||
                 message.ends_with(text.substr(0, text.size() - 1));
        })) {
      return fmt::format("{}: column {}", reason, column.name);
    }
  }
  return reason;
}

StreamStaging::StreamStaging(Client& client, Stream stream, std::vector<ChunkToLoad> chunks,
                             std::string table, std::string collection_id)
    : client_(client),
      stream_(stream),
      chunks_(std::move(chunks)),
      table_(std::move(table)),
      collection_id_(std::move(collection_id)) {}

Status StreamStaging::begin() {
  RETURN_IF_ERROR(create_passing_table(client_, table_, table_of(stream_).columns));
  if (!is_in_bucket(chunks_.front().location)) {
    return begin_upload();
  }
  std::vector<ChunkToLoad> sorted = chunks_;
  const auto packed = std::stable_partition(
      sorted.begin(), sorted.end(), [](const ChunkToLoad& chunk) { return !is_compressed(chunk); });
  const std::span<const ChunkToLoad> all(sorted);
  const auto plain = static_cast<size_t>(packed - sorted.begin());
  RETURN_IF_ERROR(begin_jobs(all.first(plain)));
  return begin_jobs(all.subspan(plain));
}

Status StreamStaging::begin_jobs(std::span<const ChunkToLoad> chunks) {
  std::vector<std::string> uris;
  std::set<std::string_view> seen;
  for (const ChunkToLoad& chunk : chunks) {
    if (seen.insert(chunk.location).second) {
      uris.push_back(chunk.location);
    }
  }
  for (std::span<const std::string> rest(uris); !rest.empty();) {
    const auto part = rest.first(std::min(rest.size(), kMostUris));
    rest = rest.subspan(part.size());
    add_job(configuration(part));
    RETURN_IF_ERROR(jobs_.back().begin());
  }
  return {};
}

Status StreamStaging::begin_upload() {
  ASSIGN_OR_RETURN(ChunkFile file, ChunkFile::of(chunks_));
  const auto shared = std::make_shared<ChunkFile>(std::move(file));
  const std::string doing = fmt::format("load {}", to_string(stream_));
  jobs_.emplace_back(client_, JobPlan{.id = table_,
                                      .configuration = configuration({}),
                                      .doing = doing,
                                      .send = [this, shared, doing](const std::string& job) {
                                        return send_upload(client_, *shared, job, doing);
                                      }});
  upload_ = shared;
  return jobs_.back().begin();
}

void StreamStaging::add_job(std::string configuration) {
  jobs_.emplace_back(client_, JobPlan{.id = fmt::format("{}_{}", table_, jobs_.size()),
                                      .configuration = std::move(configuration),
                                      .doing = fmt::format("load {}", to_string(stream_))});
}

std::string StreamStaging::configuration(std::span<const std::string> uris) const {
  std::string text;
  JsonWriter json(text);
  json.begin_object();
  write_labels(json, collection_id_);
  json.key("load").begin_object();
  if (!uris.empty()) {
    json.key("sourceUris").begin_array();
    for (const std::string& uri : uris) {
      json.text(uri);
    }
    json.end_array();
  }
  json.key("sourceFormat").text("NEWLINE_DELIMITED_JSON");
  json.key("schema").raw(schema_json(table_of(stream_).columns));
  json.key("ignoreUnknownValues").boolean(true).key("maxBadRecords").raw("0");
  json.key("createDisposition").text("CREATE_NEVER").key("writeDisposition").text("WRITE_APPEND");
  json.key("destinationTable").begin_object().key("projectId").text(client_.options().project);
  json.key("datasetId").text(client_.options().dataset).key("tableId").text(table_);
  json.end_object().end_object().end_object();
  return text;
}

Result<std::optional<BadChunk>> StreamStaging::finish() {
  std::optional<BadChunk> bad;
  for (Job& job : jobs_) {
    ASSIGN_OR_RETURN(const FinishedJob done, job.finish());
    if (done.failure) {
      ASSIGN_OR_RETURN(bad, chunk_to_blame(done));
    } else {
      rows_ += done.document.integer_at("/statistics/load/outputRows").value_or(0);
    }
  }
  return bad;
}

Result<BadChunk> StreamStaging::chunk_to_blame(const FinishedJob& job) const {
  const Problem& failure = *job.failure;
  if (failure.reason != "invalid" && failure.reason != "notFound") {
    return tl::unexpected<Error>(
        job_error(client_, fmt::format("load {}", to_string(stream_)), failure));
  }
  BadChunk bad;
  for (const Problem& problem : job.problems) {
    const std::string text = problem.location + " " + problem.message + " ";
    for (const ChunkToLoad& chunk : chunks_) {
      const size_t place = text.find(chunk.location);
      if (bad.key.empty() && place != std::string::npos &&
          std::string_view(" .,;'\"").find(text[place + chunk.location.size()]) !=
              std::string_view::npos) {
        bad.key = chunk.key;
      }
    }
    const auto position = position_in(problem.message);
    if (upload_ != nullptr && position && bad.key.empty()) {
      bad.key = upload_->key_at(static_cast<size_t>(*position));
    }
    if (bad.reason.empty() || position) {
      bad.reason = reason_in(problem.message, stream_);
    }
  }
  if (failure.reason == "notFound") {
    bad.reason = "there is no object to read it from";
  }
  return bad;
}

}  // namespace github_stats::bigquery
