#include "store/gcs_bucket_state.h"

#include <simdjson.h>

#include "http/answer_headers.h"
#include "http/url.h"

namespace github_stats {
namespace {

namespace dom = simdjson::dom;

constexpr const char* kFields =
    "location,retentionPolicy,defaultEventBasedHold,softDeletePolicy,versioning";

std::string_view text_at(dom::element root, std::string_view pointer) {
  std::string_view text;
  return root.at_pointer(pointer).get(text) == simdjson::SUCCESS ? text : std::string_view();
}

bool is_true_at(dom::element root, std::string_view pointer) {
  bool value = false;
  return root.at_pointer(pointer).get(value) == simdjson::SUCCESS && value;
}

// Google writes 64-bit numbers as text.
int64_t seconds_at(dom::element root, std::string_view pointer) {
  return number_in(text_at(root, pointer)).value_or(0);
}

Result<dom::element> parse(dom::parser& parser, const GcsBucket& bucket,
                           const HttpResponse& response) {
  dom::element root;
  if (parser.parse(response.body.data(), response.body.size()).get(root) != simdjson::SUCCESS) {
    return fail(ErrorCode::kDataLoss, "can't read what Google says of " + bucket.name());
  }
  return root;
}

}  // namespace

Result<BucketState> bucket_state(const GcsBucket& bucket) {
  ASSIGN_OR_RETURN(
      const GoogleAnswer answer,
      bucket.api().ask({.url = with_query(bucket.url(), {{"fields", kFields}})}, Repeat::kSafe));
  if (answer.response.status >= 300) {
    return tl::unexpected<Error>(bucket.refusal("look at " + bucket.name(), answer.response));
  }
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element root, parse(parser, bucket, answer.response));
  return BucketState{
      .location = std::string(text_at(root, "/location")),
      .retention_seconds = seconds_at(root, "/retentionPolicy/retentionPeriod"),
      .holds_new_objects = is_true_at(root, "/defaultEventBasedHold"),
      .soft_delete_seconds = seconds_at(root, "/softDeletePolicy/retentionDurationSeconds"),
      .is_versioned = is_true_at(root, "/versioning/enabled")};
}

Result<std::vector<std::string>> granted_permissions(
    const GcsBucket& bucket, std::span<const std::string_view> permissions) {
  QueryParameters parameters;
  for (const std::string_view permission : permissions) {
    parameters.emplace_back("permissions", permission);
  }
  ASSIGN_OR_RETURN(
      const GoogleAnswer answer,
      bucket.api().ask({.url = with_query(bucket.url() + "/iam/testPermissions", parameters)},
                       Repeat::kSafe));
  if (answer.response.status >= 300) {
    return tl::unexpected<Error>(
        bucket.refusal("ask for the permissions on " + bucket.name(), answer.response));
  }
  dom::parser parser;
  ASSIGN_OR_RETURN(const dom::element root, parse(parser, bucket, answer.response));
  std::vector<std::string> granted;
  dom::array names;
  if (root["permissions"].get(names) == simdjson::SUCCESS) {  // it is left out when there are none
    for (const dom::element name : names) {
      std::string_view text;
      if (name.get(text) == simdjson::SUCCESS) {
        granted.emplace_back(text);
      }
    }
  }
  return granted;
}

}  // namespace github_stats
