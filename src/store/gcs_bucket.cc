#include "store/gcs_bucket.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <vector>

#include "base/json_writer.h"
#include "google/google_error.h"
#include "http/url.h"
#include "store/keys.h"

namespace github_stats {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kLongestName = 1024;  // cloud.google.com/storage/docs/objects#naming
constexpr int kMostRaces = 5;

HttpRequest json_request(HttpMethod method, std::string url, std::string body) {
  return {.method = method,
          .url = std::move(url),
          .headers = {{"content-type", "application/json"}},
          .body = std::move(body)};
}

// Whether a rule is the one that set_retention writes: it deletes by age alone, at this prefix.
bool is_ours(dom::element rule, std::string_view name_prefix) {
  std::string_view action;
  dom::object condition;
  if (rule.at_pointer("/action/type").get(action) != simdjson::SUCCESS || action != "Delete" ||
      rule["condition"].get(condition) != simdjson::SUCCESS) {
    return false;
  }
  std::vector<std::string_view> prefixes;
  for (const auto [name, value] : condition) {
    if (name == "matchesPrefix" && value.is_array()) {
      for (const dom::element prefix : value.get_array()) {
        prefixes.emplace_back(prefix.is_string() ? prefix.get_string().value_unsafe() : "");
      }
    } else if (name != "age") {
      return false;
    }
  }
  return name_prefix.empty() ? prefixes.empty()
                             : prefixes.size() == 1 && prefixes.front() == name_prefix;
}

void write_rule(JsonWriter& json, int64_t days, const std::string& name_prefix) {
  json.begin_object().key("action").begin_object().key("type").text("Delete").end_object();
  json.key("condition").begin_object().key("age").integer(days);
  if (!name_prefix.empty()) {
    json.key("matchesPrefix").begin_array().text(name_prefix).end_array();
  }
  json.end_object().end_object();
}

// The bucket's rules with ours replaced, as the body of a PATCH.
std::string lifecycle_with(dom::element bucket, int64_t days, const std::string& name_prefix) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("lifecycle").begin_object().key("rule").begin_array();
  dom::array rules;
  if (bucket.at_pointer("/lifecycle/rule").get(rules) == simdjson::SUCCESS) {
    for (const dom::element rule : rules) {
      if (!is_ours(rule, name_prefix)) {
        json.raw(simdjson::minify(rule));
      }
    }
  }
  if (days > 0) {
    write_rule(json, days, name_prefix);
  }
  json.end_array().end_object().end_object();
  return body;
}

}  // namespace

GcsBucket::GcsBucket(std::shared_ptr<GoogleApi> api, GcsOptions options)
    : api_(std::move(api)), options_(std::move(options)) {}

std::string GcsBucket::name() const {
  return fmt::format("gs://{}{}{}", options_.bucket, options_.prefix.empty() ? "" : "/",
                     options_.prefix);
}

std::string GcsBucket::location(std::string_view key) const {
  return fmt::format("gs://{}/{}", options_.bucket, object_name(key));
}

std::string GcsBucket::name_prefix(std::string_view key_prefix) const {
  return options_.prefix.empty() ? std::string(key_prefix)
                                 : fmt::format("{}/{}", options_.prefix, key_prefix);
}

std::string GcsBucket::object_name(std::string_view key) const { return name_prefix(key); }

std::optional<std::string> GcsBucket::key_of(std::string_view object_name) const {
  const std::string front = name_prefix("");
  if (!object_name.starts_with(front)) {
    return std::nullopt;
  }
  object_name.remove_prefix(front.size());
  return check_key(object_name) ? std::optional<std::string>(object_name) : std::nullopt;
}

std::string GcsBucket::url() const {
  return fmt::format("{}/storage/v1/b/{}", options_.base_url, percent_encoded(options_.bucket));
}

std::string GcsBucket::objects_url() const { return url() + "/o"; }

std::string GcsBucket::object_url(std::string_view key) const {
  return fmt::format("{}/o/{}", url(), percent_encoded(object_name(key)));
}

std::string GcsBucket::upload_url() const {
  return fmt::format("{}/upload/storage/v1/b/{}/o", options_.base_url,
                     percent_encoded(options_.bucket));
}

Status GcsBucket::check(std::string_view key) const {
  RETURN_IF_ERROR(check_key(key));
  const size_t length = object_name(key).size();
  return length <= kLongestName
             ? Status()
             : fail(ErrorCode::kInvalidArgument,
                    fmt::format("the object's name has {} bytes, a name at most {}", length,
                                kLongestName),
                    "use a shorter prefix in --store gs://BUCKET/PREFIX");
}

Error GcsBucket::refusal(std::string_view doing, const HttpResponse& response) const {
  Error error = classify_google_failure(response);
  error.message = fmt::format("can't {}: {}", doing, error.message);
  if (error.code == ErrorCode::kPermissionDenied) {
    error.remedy =
        fmt::format("give {} the role Storage Object Admin (roles/storage.objectAdmin) on gs://{}",
                    api_->identity(), options_.bucket);
  } else if (error.code == ErrorCode::kNotFound) {
    error.remedy = "create the bucket with `github-stats init`, or correct its name";
  }
  return error;
}

Status GcsBucket::init() {
  HttpRequest request{.url = with_query(url(), {{"fields", "name"}})};
  ASSIGN_OR_RETURN(const GoogleAnswer known, api_->ask(request, Repeat::kSafe));
  if (known.response.status == 404) {
    return create();
  }
  return known.response.status < 300 ? Status() : check_usable(known.response);
}

// Whoever may work with objects need not be allowed to read the bucket's own settings.
Status GcsBucket::check_usable(const HttpResponse& refused) const {
  HttpRequest request{
      .url = with_query(objects_url(), {{"maxResults", "1"}, {"fields", "items(name)"}})};
  ASSIGN_OR_RETURN(const GoogleAnswer listed, api_->ask(request, Repeat::kSafe));
  return listed.response.status < 300 ? Status()
                                      : tl::unexpected<Error>(refusal("use " + name(), refused));
}

Status GcsBucket::create() {
  const std::optional<std::string> project = options_.project ? options_.project : api_->project();
  if (!project) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("there is no bucket {}, and no project to create it in", options_.bucket),
        "set BIGQUERY_PROJECT_ID, or create the bucket yourself");
  }
  std::string body;
  JsonWriter json(body);
  json.begin_object().key("name").text(options_.bucket).key("location").text(options_.location);
  json.key("iamConfiguration").begin_object().key("uniformBucketLevelAccess").begin_object();
  json.key("enabled").boolean(true).end_object();
  json.key("publicAccessPrevention").text("enforced").end_object().end_object();
  const std::string address =
      with_query(options_.base_url + "/storage/v1/b", {{"project", *project}, {"fields", "name"}});
  ASSIGN_OR_RETURN(const GoogleAnswer created,
                   api_->ask(json_request(HttpMethod::kPost, address, body), Repeat::kSafe));
  if (created.response.status < 300) {
    return {};
  }
  if (created.response.status == 409) {  // ours, by an attempt before or another process, or not
    ASSIGN_OR_RETURN(const GoogleAnswer known,
                     api_->ask({.url = with_query(url(), {{"fields", "name"}})}, Repeat::kSafe));
    return known.response.status < 300
               ? Status()
               : fail(ErrorCode::kPermissionDenied,
                      fmt::format("the bucket name {} is taken by somebody else", options_.bucket),
                      "choose another with GCS_BUCKET_NAME: names are unique in all of Google "
                      "Cloud");
  }
  Error error = refusal(fmt::format("create the bucket {}", options_.bucket), created.response);
  if (error.code == ErrorCode::kPermissionDenied) {
    error.remedy = fmt::format(
        "give {} the role Storage Admin (roles/storage.admin) in project {}, or create the bucket "
        "yourself",
        api_->identity(), *project);
  }
  return tl::unexpected<Error>(std::move(error));
}

Status GcsBucket::set_retention(int64_t days) {
  const std::string doing = fmt::format("set how long {} keeps objects", name());
  const std::string front = name_prefix("");
  for (int tried = 0; tried < kMostRaces; ++tried) {
    HttpRequest get{.url = with_query(url(), {{"fields", "metageneration,lifecycle"}})};
    ASSIGN_OR_RETURN(const GoogleAnswer known, api_->ask(get, Repeat::kSafe));
    if (known.response.status >= 300) {
      return tl::unexpected<Error>(refusal(doing, known.response));
    }
    dom::parser parser;
    dom::element bucket;
    std::string_view metageneration;
    if (parser.parse(known.response.body).get(bucket) != simdjson::SUCCESS ||
        bucket["metageneration"].get(metageneration) != simdjson::SUCCESS) {
      return fail(ErrorCode::kDataLoss, "can't read what Google says of " + name());
    }
    const std::string address = with_query(
        url(),
        {{"ifMetagenerationMatch", std::string(metageneration)}, {"fields", "metageneration"}});
    const std::string body = lifecycle_with(bucket, days, front);
    ASSIGN_OR_RETURN(const GoogleAnswer changed,
                     api_->ask(json_request(HttpMethod::kPatch, address, body), Repeat::kSafe));
    if (changed.response.status < 300) {
      return {};
    }
    if (changed.response.status != 412) {  // changed meanwhile, by an attempt of ours perhaps
      Error error = refusal(doing, changed.response);
      error.remedy = fmt::format(
          "give {} the role Storage Admin (roles/storage.admin) on the bucket, or set the rule "
          "yourself",
          api_->identity());
      return tl::unexpected<Error>(std::move(error));
    }
  }
  return fail(ErrorCode::kUnavailable, "others keep changing the settings of " + name());
}

}  // namespace github_stats
