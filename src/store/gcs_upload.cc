#include "store/gcs_upload.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <random>

#include "base/crash_point.h"
#include "base/crc32c.h"
#include "base/json_writer.h"
#include "google/upload_in_parts.h"
#include "http/url.h"
#include "store/keys.h"

namespace github_stats {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view kMark = "github-stats-write";

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
  return upload_in_parts(bucket_.api(),
                         {.base_url = bucket_.options().base_url,
                          .begin = [&] { return begin_session(); },
                          .size = bytes_.size(),
                          .part_size = bucket_.options().part_size,
                          .read = [&](size_t from, size_t count) -> Result<std::string> {
                            return std::string(bytes_.substr(from, count));
                          },
                          .half_sent = half_sent,
                          .part_kept = [] { crash_point("gcs_store.put.between_parts"); }});
}

HttpRequest GcsUpload::begin_session() const {
  return {.method = HttpMethod::kPost,
          .url = address("resumable"),
          .headers = {{"content-type", "application/json; charset=UTF-8"},
                      {"x-upload-content-type", std::string(content_type_of(key_))},
                      {"x-upload-content-length", std::to_string(bytes_.size())}},
          .body = metadata()};
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
