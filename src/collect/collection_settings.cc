#include "collect/collection_settings.h"

#include <fmt/format.h>

namespace github_stats {
namespace {

void encode_names(JsonWriter& json, std::string_view key, const std::vector<std::string>& names) {
  json.key(key).begin_array();
  for (const std::string& name : names) {
    json.text(name);
  }
  json.end_array();
}

bool is_directory(const std::string& store) { return store.starts_with("file:"); }

}  // namespace

void encode_settings(JsonWriter& json, const CollectionSettings& settings) {
  json.begin_object().key("github").text(settings.github).key("store").text(settings.store);
  encode_names(json, "repositories", settings.filter.include);
  encode_names(json, "excluded", settings.filter.exclude);
  json.key("archived").boolean(settings.filter.archived);
  json.key("forks").boolean(settings.filter.forks);
  json.key("rows_per_chunk").integer(settings.rows_per_chunk);
  json.key("compress").boolean(settings.compress);
  json.key("privacy").text(to_string(settings.privacy));
  json.key("privacy_key").text(settings.privacy_key).end_object();
}

Status check_same_place(const CollectionSettings& begun, const CollectionSettings& now) {
  if (!begun.github.empty() && !now.github.empty() && begun.github != now.github) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("it was begun at {}, and GITHUB_API_URL is {}", begun.github, now.github),
        "set GITHUB_API_URL to what it was, or begin a new collection");
  }
  const bool is_moved_directory = is_directory(begun.store) && is_directory(now.store);
  if (!begun.store.empty() && begun.store != now.store && !is_moved_directory) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("it was begun in {}, and this is {}", begun.store, now.store),
                "give --store as it was: the chunks, and whoever goes on there, are in that store");
  }
  return {};
}

Status check_same_key(const CollectionSettings& begun, const std::string& key) {
  if (begun.privacy != Privacy::kHashed || begun.privacy_key == key) {
    return {};
  }
  return fail(ErrorCode::kInvalidArgument,
              key.empty() ? "it hashes people, and there is no key to go on with"
                          : "it hashes people with another key than this one",
              "set PRIVACY_KEY (or PRIVACY_KEY_FILE) to the key it was begun with, or begin a new "
              "collection");
}

}  // namespace github_stats
