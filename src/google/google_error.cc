#include "google/google_error.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "base/log.h"
#include "base/utf8.h"
#include "http/retry.h"

namespace github_stats {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMostShown = 300;

std::string text_at(dom::element element, std::string_view name) {
  std::string_view text;
  return element[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

GoogleComplaint parsed(dom::element body) {
  GoogleComplaint complaint;
  dom::element error;
  if (body["error"].get(error) != simdjson::SUCCESS) {
    return complaint;
  }
  std::string_view text;
  if (error.get(text) == simdjson::SUCCESS) {
    complaint.reason = text;
    complaint.message = text_at(body, "error_description");
    return complaint;
  }
  complaint.message = text_at(error, "message");
  dom::element first;
  if (error.at_pointer("/errors/0").get(first) == simdjson::SUCCESS) {
    complaint.reason = text_at(first, "reason");
  }
  if (complaint.reason.empty()) {
    complaint.reason = text_at(error, "status");
  }
  return complaint;
}

}  // namespace

GoogleComplaint complaint_of(const HttpResponse& response) {
  dom::parser parser;
  dom::element body;
  GoogleComplaint complaint;
  if (parser.parse(response.body.data(), response.body.size()).get(body) == simdjson::SUCCESS) {
    complaint = parsed(body);
  }
  if (complaint.message.empty()) {
    complaint.message = complaint.reason.empty() ? response.body : complaint.reason;
  }
  complaint.reason = printable(complaint.reason.substr(0, kMostShown));
  complaint.message = printable(valid_utf8(complaint.message.substr(0, kMostShown)));
  return complaint;
}

Error classify_google_failure(const HttpResponse& response) {
  const GoogleComplaint complaint = complaint_of(response);
  Error error;
  error.code = classify_status(response.status).value_or(ErrorCode::kInternal);
  // cloud.google.com/storage/docs/json_api/v1/status-codes and BigQuery's error table.
  if (response.status == 403 &&
      (complaint.reason == "rateLimitExceeded" || complaint.reason == "userRateLimitExceeded" ||
       complaint.reason == "quotaExceeded")) {
    error.code = ErrorCode::kRateLimited;
  }
  error.message = complaint.message.empty()
                      ? std::to_string(response.status)
                      : fmt::format("{}: {}", response.status, complaint.message);
  return error;
}

}  // namespace github_stats
