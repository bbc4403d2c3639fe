#include "store/gcs_upload.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "base/crash_point.h"
#include "base/crc32c.h"
#include "base/json_writer.h"
#include "http/url.h"
#include "store/keys.h"

namespace github_stats {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kMark = "github-stats-write";
constexpr int kIncomplete = 308;
constexpr Duration kPartTimeout = std::chrono::minutes(3);

// 128 random bits: a mark, or a boundary that no content holds.
std::string random_name() {
  std::random_device device;
  std::string name;
  for (int i = 0; i < 4; ++i) {
    name += fmt::format("{:08x}", device());
  }
  return name;
}

std::string_view content_type_of(std::string_view key) {
  if (key.ends_with(".gz")) {
    return "application/gzip";
  }
  return parse_chunk_key(key) ? "application/x-ndjson" : "application/json";
}

void half_sent() { crash_point("gcs_store.put.half_sent"); }

// How many bytes of an upload are kept, as "Range: bytes=0-41" says; none without the header.
size_t kept_bytes(const HttpResponse& response) {
  constexpr std::string_view kFront = "bytes=0-";
  const std::string_view range = response.header("range").value_or("");
  size_t last = 0;
  if (!range.starts_with(kFront) ||
      std::from_chars(range.data() + kFront.size(), range.data() + range.size(), last).ec !=
          std::errc()) {
    return 0;
  }
  return last + 1;
}

bool is_gone(const HttpResponse& response) {
  return response.status == 404 || response.status == 410;
}

}  // namespace

GcsUpload::GcsUpload(const GcsBucket& bucket, std::string_view key, std::string_view bytes)
    : bucket_(bucket),
      key_(key),
      bytes_(bytes),
      checksum_(crc32c_base64(bytes)),
      mark_(random_name()) {}

Result<Version> GcsUpload::put_if_generation(const std::string& generation) {
  generation_ = generation;
  auto answer =
      bytes_.size() <= bucket_.options().largest_single_upload ? send_whole() : send_in_parts();
  const std::string doing = "write " + bucket_.location(key_);
  if (!answer) {
    return fail_with_context("can't " + doing, std::move(answer).error());
  }
  if (answer->response.status < 300) {
    return version_of(answer->response);
  }
  if (answer->response.status != 412) {
    return tl::unexpected<Error>(bucket_.refusal(doing, answer->response));
  }
  return find_ours(answer->repeated);
}

Error GcsUpload::changed() const {
  return {ErrorCode::kPreconditionFailed,
          fmt::format("'{}' was changed by someone else", bucket_.location(key_)),
          {}};
}

// An attempt was refused: by a change of somebody else's, or because one before it had done the
// work. That may have been unseen: curl itself sends a request again where a connection that it had
// kept turns out to be closed.
Result<Version> GcsUpload::find_ours(bool was_repeated) {
  const HttpRequest request{
      .url = with_query(bucket_.object_url(key_), {{"fields", "generation,crc32c,metadata"}})};
  ASSIGN_OR_RETURN(const GoogleAnswer found, bucket_.api().ask(request, Repeat::kSafe));
  // If ours was there and somebody removed it, then what was to be replaced is gone all the same.
  if (found.response.status == 404 && (!was_repeated || generation_ != "0")) {
    return tl::unexpected<Error>(changed());
  }
  if (found.response.status == 404) {
    return fail(
        ErrorCode::kUnavailable,
        fmt::format("can't tell whether '{}' was written: somebody removed it, or what was there "
                    "before",
                    bucket_.location(key_)));
  }
  if (found.response.status >= 300) {
    return tl::unexpected<Error>(bucket_.refusal("read " + bucket_.location(key_), found.response));
  }
  dom::parser parser;
  dom::element object;
  std::string_view mark;
  const bool is_ours = parser.parse(found.response.body).get(object) == simdjson::SUCCESS &&
                       object["metadata"][kMark].get(mark) == simdjson::SUCCESS && mark == mark_;
  return is_ours ? version_of(found.response) : tl::unexpected<Error>(changed());
}

Result<Version> GcsUpload::version_of(const HttpResponse& response) const {
  dom::parser parser;
  dom::element object;
  std::string_view generation;
  std::string_view checksum;
  if (parser.parse(response.body).get(object) != simdjson::SUCCESS ||
      object["generation"].get(generation) != simdjson::SUCCESS ||
      object["crc32c"].get(checksum) != simdjson::SUCCESS) {
    return fail(ErrorCode::kDataLoss,
                fmt::format("can't read Google's answer about '{}'", bucket_.location(key_)));
  }
  if (checksum != checksum_) {
    return fail(ErrorCode::kDataLoss,
                fmt::format("'{}' was damaged on its way: its checksum is {}, but should be {}",
                            bucket_.location(key_), checksum, checksum_));
  }
  return Version{std::string(generation)};
}

std::string GcsUpload::metadata() const {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("name").text(bucket_.object_name(key_));
  json.key("contentType").text(content_type_of(key_));
  json.key("crc32c").text(checksum_);  // Google refuses bytes that don't match
  json.key("metadata").begin_object().key(kMark).text(mark_).end_object().end_object();
  return text;
}

std::string GcsUpload::address(std::string_view upload_type) const {
  return with_query(bucket_.upload_url(), {{"uploadType", std::string(upload_type)},
                                           {"ifGenerationMatch", generation_},
                                           {"fields", "generation,crc32c"}});
}

Result<GoogleAnswer> GcsUpload::send_whole() {
  const std::string boundary = random_name();
  HttpRequest request{.method = HttpMethod::kPost,
                      .url = address("multipart"),
                      .headers = {{"content-type", "multipart/related; boundary=" + boundary}},
                      .half_sent = half_sent};
  const std::string about = metadata();
  request.body.reserve(bytes_.size() + about.size() + 300);
  fmt::format_to(std::back_inserter(request.body),
                 "--{}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{}\r\n--{}\r\n"
                 "Content-Type: {}\r\n\r\n",
                 boundary, about, boundary, content_type_of(key_));
  request.body.append(bytes_).append("\r\n--").append(boundary).append("--\r\n");
  return bucket_.api().ask(std::move(request), Repeat::kSafe);
}

Result<GoogleAnswer> GcsUpload::send_in_parts() {
  bool is_repeated = false;
  for (int sessions = 1;; ++sessions) {
    ASSIGN_OR_RETURN(GoogleAnswer answer, begin_session());
    if (answer.response.status < 300) {
      // Whatever host is named there: the upload, with its token, goes where it was begun.
      const std::string session(path_of(answer.response.header("location").value_or("")));
      if (session.empty()) {
        return fail(ErrorCode::kDataLoss, "Google began an upload without saying where");
      }
      ASSIGN_OR_RETURN(answer,
                       send_parts(std::string(origin_of(bucket_.options().base_url)) + session));
      if (is_gone(answer.response)) {
        const Error forgotten{ErrorCode::kUnavailable, "Google forgot the upload half-way", {}};
        if (!bucket_.api().wait_to_repeat(forgotten, sessions, std::nullopt)) {
          return tl::unexpected<Error>(forgotten);
        }
        is_repeated = true;
        continue;
      }
    }
    answer.repeated = answer.repeated || is_repeated;
    return answer;
  }
}

Result<GoogleAnswer> GcsUpload::begin_session() {
  HttpRequest request{.method = HttpMethod::kPost,
                      .url = address("resumable"),
                      .headers = {{"content-type", "application/json; charset=UTF-8"},
                                  {"x-upload-content-type", std::string(content_type_of(key_))},
                                  {"x-upload-content-length", std::to_string(bytes_.size())}},
                      .body = metadata()};
  ASSIGN_OR_RETURN(GoogleAnswer begun, bucket_.api().ask(std::move(request), Repeat::kSafe));
  begun.repeated = false;  // a session that was begun twice has written nothing
  return begun;
}

Result<GoogleAnswer> GcsUpload::send_parts(const std::string& session) {
  size_t kept = 0;
  int failures = 0;  // since the last part that was kept
  bool is_repeated = false;
  bool is_known = true;  // how much is kept
  while (true) {
    HttpRequest request =
        is_known && kept < bytes_.size() ? part(session, kept) : state_question(session);
    std::optional<Duration> retry_after;
    auto response = bucket_.api().ask_once(request, retry_after);
    if (response && response->status != kIncomplete) {
      return GoogleAnswer{*std::move(response), is_repeated};
    }
    const size_t before = kept;
    if (response) {
      crash_point("gcs_store.put.between_parts");
      kept = std::min(kept_bytes(*response), bytes_.size());
    } else {
      is_repeated = true;
    }
    is_known = response.has_value();
    if (is_known && kept > before) {
      failures = 0;
      continue;
    }
    const Error error = response ? Error{ErrorCode::kUnavailable, "Google kept no more of it", {}}
                                 : std::move(response).error();
    if (!bucket_.api().wait_to_repeat(error, ++failures, retry_after)) {
      return tl::unexpected<Error>(error);
    }
  }
}

HttpRequest GcsUpload::part(const std::string& session, size_t from) const {
  const size_t end = std::min(from + bucket_.options().part_size, bytes_.size());
  return {
      .method = HttpMethod::kPut,
      .url = session,
      .headers = {{"content-range", fmt::format("bytes {}-{}/{}", from, end - 1, bytes_.size())}},
      .body = std::string(bytes_.substr(from, end - from)),
      .timeout = kPartTimeout,
      .half_sent = half_sent};
}

HttpRequest GcsUpload::state_question(const std::string& session) const {
  return {.method = HttpMethod::kPut,
          .url = session,
          .headers = {{"content-range", fmt::format("bytes */{}", bytes_.size())}}};
}

Result<std::string> current_generation(const GcsBucket& bucket, std::string_view key) {
  const HttpRequest request{.url = with_query(bucket.object_url(key), {{"fields", "generation"}})};
  ASSIGN_OR_RETURN(const GoogleAnswer found, bucket.api().ask(request, Repeat::kSafe));
  if (found.response.status == 404) {
    return std::string("0");
  }
  if (found.response.status >= 300) {
    return tl::unexpected<Error>(bucket.refusal("read " + bucket.location(key), found.response));
  }
  dom::parser parser;
  std::string_view generation;
  if (parser.parse(found.response.body)["generation"].get(generation) != simdjson::SUCCESS) {
    return fail(ErrorCode::kDataLoss,
                fmt::format("can't read Google's answer about '{}'", bucket.location(key)));
  }
  return std::string(generation);
}

}  // namespace github_stats
