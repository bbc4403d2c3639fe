#include "google/upload_in_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "http/url.h"

namespace github_stats {
namespace {

constexpr int kIncomplete = 308;
constexpr Duration kPartTimeout = std::chrono::minutes(3);

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

void call(const std::function<void()>& hook) {
  if (hook) {
    hook();
  }
}

class Session {
 public:
  Session(GoogleApi& api, const UploadInParts& upload, std::string url)
      : api_(api), upload_(upload), url_(std::move(url)) {}

  Result<GoogleAnswer> send() {
    size_t kept = 0;
    int failures = 0;  // since the last part that was kept
    bool is_repeated = false;
    bool is_known = true;  // how much is kept
    while (true) {
      ASSIGN_OR_RETURN(HttpRequest request,
                       is_known && kept < upload_.size ? part(kept) : state_question());
      std::optional<Duration> retry_after;
      auto response = api_.ask_once(request, retry_after);
      if (response && response->status != kIncomplete) {
        return GoogleAnswer{*std::move(response), is_repeated};
      }
      const size_t before = kept;
      if (response) {
        call(upload_.part_kept);
        kept = std::min(kept_bytes(*response), upload_.size);
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
      if (!api_.wait_to_repeat(error, ++failures, retry_after)) {
        return tl::unexpected<Error>(error);
      }
    }
  }

 private:
  Result<HttpRequest> part(size_t from) const {
    const size_t end = std::min(from + upload_.part_size, upload_.size);
    ASSIGN_OR_RETURN(std::string bytes, upload_.read(from, end - from));
    return HttpRequest{
        .method = HttpMethod::kPut,
        .url = url_,
        .headers = {{"content-range", fmt::format("bytes {}-{}/{}", from, end - 1, upload_.size)}},
        .body = std::move(bytes),
        .timeout = kPartTimeout,
        .half_sent = upload_.half_sent};
  }

  Result<HttpRequest> state_question() const {
    return HttpRequest{.method = HttpMethod::kPut,
                       .url = url_,
                       .headers = {{"content-range", fmt::format("bytes */{}", upload_.size)}}};
  }

  GoogleApi& api_;
  const UploadInParts& upload_;
  const std::string url_;
};

}  // namespace

Result<GoogleAnswer> upload_in_parts(GoogleApi& api, const UploadInParts& upload) {
  bool is_repeated = false;
  for (int sessions = 1;; ++sessions) {
    ASSIGN_OR_RETURN(GoogleAnswer answer, api.ask(upload.begin(), Repeat::kSafe));
    answer.repeated = false;  // a session that was begun twice has written nothing
    if (answer.response.status < 300) {
      // Whatever host is named there: the upload, with its token, goes where it was begun.
      const std::string session(path_of(answer.response.header("location").value_or("")));
      if (session.empty()) {
        return fail(ErrorCode::kDataLoss, "Google began an upload without saying where");
      }
      ASSIGN_OR_RETURN(
          answer, Session(api, upload, std::string(origin_of(upload.base_url)) + session).send());
      if (is_gone(answer.response)) {
        const Error forgotten{ErrorCode::kUnavailable, "Google forgot the upload half-way", {}};
        if (!api.wait_to_repeat(forgotten, sessions, std::nullopt)) {
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

}  // namespace github_stats
