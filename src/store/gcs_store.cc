#include "store/gcs_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/crash_point.h"
#include "base/crc32c.h"
#include "base/gzip.h"
#include "http/url.h"
#include "store/gcs_listing.h"
#include "store/gcs_upload.h"

namespace github_stats {
namespace {

constexpr int kMostRaces = 20;

bool is_generation(const Version& version) {
  return !version.value.empty() && version.value != "0" &&
         std::ranges::all_of(version.value, [](char c) { return c >= '0' && c <= '9'; });
}

// The CRC-32C that a download's "x-goog-hash: crc32c=AAAAAA==, md5=…" gives; empty without one.
std::string_view checksum_in(const HttpResponse& response) {
  constexpr std::string_view kFront = "crc32c=";
  const std::string_view hashes = response.header("x-goog-hash").value_or("");
  const size_t at = hashes.find(kFront);
  if (at == std::string_view::npos) {
    return {};
  }
  const std::string_view checksum = hashes.substr(at + kFront.size());
  return checksum.substr(0, std::min(checksum.find_first_of(", "), checksum.size()));
}

// The object's content. One that somebody stored with "Content-Encoding: gzip" has its checksum
// over the compressed bytes; one that only the transport compressed, over the content.
Result<std::string> checked_bytes(HttpResponse& response) {
  constexpr size_t kMostUnpacked = size_t{1} << 30U;
  const std::string_view checksum = checksum_in(response);
  bool is_right = checksum.empty() || checksum == crc32c_base64(response.body);
  if (response.header("content-encoding") == "gzip") {
    ASSIGN_OR_RETURN(response.body, gunzip(response.body, kMostUnpacked));
    is_right = is_right || checksum == crc32c_base64(response.body);
  }
  return is_right ? Result<std::string>(std::move(response.body))
                  : fail(ErrorCode::kDataLoss, "its checksum is wrong: it was damaged");
}

class GcsStore : public ObjectStore {
 public:
  GcsStore(std::shared_ptr<GoogleApi> api, GcsOptions options)
      : bucket_(std::move(api), std::move(options)) {}

  std::string name() const override { return bucket_.name(); }
  Status init() override { return bucket_.init(); }
  Status set_retention(int64_t days) override { return bucket_.set_retention(days); }
  Result<Version> put(std::string_view key, std::string_view bytes,
                      const Precondition& precondition) override;
  Result<Object> get(std::string_view key) override;
  Status list(std::string_view prefix,
              const std::function<bool(const ObjectInfo&)>& visit) override {
    return list_objects(bucket_, prefix, visit);
  }
  Result<std::vector<std::string>> list_folders(std::string_view prefix) override {
    return list_object_folders(bucket_, prefix);
  }
  Status remove(std::string_view key, const Precondition& precondition) override;
  std::string location(std::string_view key) const override { return bucket_.location(key); }

 private:
  Result<Version> put_whatever_is_there(GcsUpload& upload, std::string_view key);
  Result<Object> read_download(std::string_view key, HttpResponse response) const;

  GcsBucket bucket_;
};

Result<Version> GcsStore::put(std::string_view key, std::string_view bytes,
                              const Precondition& precondition) {
  RETURN_IF_ERROR(bucket_.check(key));
  crash_point("gcs_store.put.before");
  GcsUpload upload(bucket_, key, bytes);
  Result<Version> written;
  switch (precondition.kind()) {
    case Precondition::Kind::kNone:
      written = put_whatever_is_there(upload, key);
      break;
    case Precondition::Kind::kAbsent:
      written = upload.put_if_generation("0");
      if (!written && written.error().code == ErrorCode::kPreconditionFailed) {
        return fail(ErrorCode::kAlreadyExists, fmt::format("'{}' exists already", location(key)));
      }
      break;
    case Precondition::Kind::kUnchanged:
      if (!is_generation(precondition.version())) {
        return fail(ErrorCode::kPreconditionFailed,
                    fmt::format("'{}' never had that version", location(key)));
      }
      written = upload.put_if_generation(precondition.version().value);
      break;
  }
  if (written) {
    crash_point("gcs_store.put.after");
  }
  return written;
}

// A put without a precondition could, sent again, undo what others have written meanwhile.
Result<Version> GcsStore::put_whatever_is_there(GcsUpload& upload, std::string_view key) {
  for (int tried = 0; tried < kMostRaces; ++tried) {
    ASSIGN_OR_RETURN(const std::string generation, current_generation(bucket_, key));
    auto written = upload.put_if_generation(generation);
    if (written || written.error().code != ErrorCode::kPreconditionFailed) {
      return written;
    }
  }
  return fail(ErrorCode::kUnavailable,
              fmt::format("can't write '{}': others keep writing it", location(key)));
}

Result<Object> GcsStore::get(std::string_view key) {
  RETURN_IF_ERROR(bucket_.check(key));
  HttpRequest request{.url = with_query(bucket_.object_url(key), {{"alt", "media"}}),
                      .headers = {{"accept-encoding", "gzip"}},  // as it is stored
                      .decode = false};
  for (int number = 1;; ++number) {
    auto answer = bucket_.api().ask(request, Repeat::kSafe);
    if (!answer) {
      return fail_with_context("can't read " + location(key), std::move(answer).error());
    }
    auto object = read_download(key, std::move(answer->response));
    const bool is_damaged = !object && object.error().code == ErrorCode::kDataLoss;
    const Error passing{ErrorCode::kUnavailable, "a download was damaged", {}};
    if (!is_damaged || !bucket_.api().wait_to_repeat(passing, number, std::nullopt)) {
      return object;
    }
  }
}

Result<Object> GcsStore::read_download(std::string_view key, HttpResponse response) const {
  if (response.status == 404) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no '{}' in {}", key, name()));
  }
  if (response.status >= 300) {
    return tl::unexpected<Error>(bucket_.refusal("read " + location(key), response));
  }
  const auto generation = response.header("x-goog-generation");
  if (!generation) {
    return fail(ErrorCode::kDataLoss,
                fmt::format("Google gave '{}' without its generation", location(key)));
  }
  auto bytes = checked_bytes(response);
  if (!bytes) {
    return fail_with_context(fmt::format("can't read '{}'", location(key)),
                             std::move(bytes).error());
  }
  return Object{*std::move(bytes), Version{std::string(*generation)}};
}

Status GcsStore::remove(std::string_view key, const Precondition& precondition) {
  RETURN_IF_ERROR(bucket_.check(key));
  RETURN_IF_ERROR(check_removal(precondition));
  HttpRequest request{.method = HttpMethod::kDelete, .url = bucket_.object_url(key)};
  if (precondition.kind() == Precondition::Kind::kUnchanged) {
    // Google takes numbers only; no object ever has generation 1.
    const Version& version = precondition.version();
    request.url = with_query(request.url,
                             {{"ifGenerationMatch", is_generation(version) ? version.value : "1"}});
  }
  auto answer = bucket_.api().ask(request, Repeat::kSafe);
  if (!answer) {
    return fail_with_context("can't remove " + location(key), std::move(answer).error());
  }
  if (answer->response.status < 300 || answer->response.status == 404) {
    return {};
  }
  if (answer->response.status == 412) {
    return fail(ErrorCode::kPreconditionFailed,
                fmt::format("'{}' was changed by someone else", location(key)));
  }
  return tl::unexpected<Error>(bucket_.refusal("remove " + location(key), answer->response));
}

}  // namespace

std::unique_ptr<ObjectStore> make_gcs_store(std::shared_ptr<GoogleApi> api, GcsOptions options) {
  return std::make_unique<GcsStore>(std::move(api), std::move(options));
}

}  // namespace github_stats
