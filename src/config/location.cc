#include "config/location.h"

#include <fmt/format.h>

#include <algorithm>

namespace github_stats {
namespace {

constexpr std::string_view kDirectoryScheme = "file:";
constexpr std::string_view kBucketScheme = "gs://";
constexpr std::string_view kDuckDbScheme = "duckdb:";
constexpr std::string_view kBigQueryScheme = "bigquery:";

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_letter_or_digit(char c) { return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z'); }

tl::unexpected<Error> not_allowed(std::string_view allowed) {
  return fail(ErrorCode::kInvalidArgument, fmt::format("allowed: {}", allowed));
}

// Whether `text` is made of such characters and those in `more` only.
template <typename Predicate>
bool consists_of(std::string_view text, Predicate allowed, std::string_view more) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return allowed(c) || more.find(c) != std::string_view::npos; });
}

// The prefix in front of every key, which must be a legal beginning of one.
bool is_key_prefix(std::string_view prefix) {
  if (prefix.empty()) {
    return true;
  }
  const std::string framed = fmt::format("/{}/", prefix);
  return framed.find("//") == std::string::npos && framed.find("/./") == std::string::npos &&
         framed.find("/../") == std::string::npos && prefix.size() <= 256 &&
         consists_of(prefix, is_letter_or_digit, "-_./=");
}

}  // namespace

Status check_bucket_name(std::string_view name) {
  if (name.size() < 3 || name.size() > 222 || !is_lower_or_digit(name.front()) ||
      !is_lower_or_digit(name.back()) || !consists_of(name, is_lower_or_digit, "-_.")) {
    return not_allowed(
        "a bucket's name: 3 to 222 lower-case letters, digits, '-', '_' and '.', with a letter or "
        "digit at both ends");
  }
  return {};
}

Status check_google_project(std::string_view project) {
  const std::string_view id = project.substr(project.rfind(':') + 1);  // "example.com:project"
  if (id.empty() || project.size() > 100 || id.front() < 'a' || id.front() > 'z' ||
      id.back() == '-' || !consists_of(id, is_lower_or_digit, "-") ||
      !consists_of(project.substr(0, project.size() - id.size()), is_lower_or_digit, "-.:")) {
    return not_allowed(
        "a project's id (not its name or number): lower-case letters, digits and '-', beginning "
        "with a letter");
  }
  return {};
}

Status check_dataset_name(std::string_view name) {
  if (name.empty() || name.size() > 1024 || !consists_of(name, is_letter_or_digit, "_")) {
    return not_allowed("a dataset's name: letters, digits and '_'");
  }
  return {};
}

Result<StoreLocation> parse_store_location(std::string_view text) {
  if (text.starts_with(kDirectoryScheme) && text.size() > kDirectoryScheme.size()) {
    return DirectoryStore{std::string(text.substr(kDirectoryScheme.size()))};
  }
  if (!text.starts_with(kBucketScheme)) {
    return not_allowed("file:DIRECTORY or gs://BUCKET or gs://BUCKET/PREFIX");
  }
  text.remove_prefix(kBucketScheme.size());
  const size_t slash = std::min(text.find('/'), text.size());
  const std::string_view bucket = text.substr(0, slash);
  std::string_view prefix = text.substr(std::min(slash + 1, text.size()));
  if (prefix.ends_with('/')) {
    prefix.remove_suffix(1);
  }
  RETURN_IF_ERROR(check_bucket_name(bucket));
  if (!is_key_prefix(prefix)) {
    return not_allowed(
        "gs://BUCKET/PREFIX with a prefix of letters, digits, '-', '_', '.', '=' and single '/'");
  }
  return BucketStore{std::string(bucket), std::string(prefix)};
}

Result<WarehouseLocation> parse_warehouse_location(std::string_view text) {
  if (text.starts_with(kDuckDbScheme) && text.size() > kDuckDbScheme.size()) {
    return DuckDbFile{std::string(text.substr(kDuckDbScheme.size()))};
  }
  if (!text.starts_with(kBigQueryScheme)) {
    return not_allowed("duckdb:FILE or bigquery:PROJECT.DATASET");
  }
  text.remove_prefix(kBigQueryScheme.size());
  const size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) {
    return not_allowed("bigquery:PROJECT.DATASET, with a '.' between the two");
  }
  RETURN_IF_ERROR(check_google_project(text.substr(0, dot)));
  RETURN_IF_ERROR(check_dataset_name(text.substr(dot + 1)));
  return BigQueryDataset{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

std::string to_string(const StoreLocation& location) {
  if (const auto* directory = std::get_if<DirectoryStore>(&location)) {
    return fmt::format("{}{}", kDirectoryScheme, directory->directory);
  }
  const auto& [bucket, prefix] = std::get<BucketStore>(location);
  return fmt::format("{}{}{}{}", kBucketScheme, bucket, prefix.empty() ? "" : "/", prefix);
}

std::string to_string(const WarehouseLocation& location) {
  if (const auto* file = std::get_if<DuckDbFile>(&location)) {
    return fmt::format("{}{}", kDuckDbScheme, file->file);
  }
  const auto& [project, dataset] = std::get<BigQueryDataset>(location);
  return fmt::format("{}{}.{}", kBigQueryScheme, project, dataset);
}

}  // namespace github_stats
