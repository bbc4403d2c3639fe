#include "store/gcs_listing.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "base/log.h"
#include "base/utf8.h"
#include "http/url.h"
#include "store/keys.h"

namespace github_stats {
namespace {

namespace dom = simdjson::dom;

// `text` without a last character that is not whole: Google takes UTF-8 only.
std::string_view whole_characters(std::string_view text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const CodePoint point = decode_utf8(rest);
    if (point.length == 0) {
      constexpr size_t kLongestCharacter = 4;
      return rest.size() < kLongestCharacter ? text.substr(0, text.size() - rest.size()) : text;
    }
    rest.remove_prefix(point.length);
  }
  return text;
}

bool can_begin_a_key(std::string_view prefix) {
  return prefix.empty() || check_key(prefix) || check_key(std::string(prefix) + "x");
}

// The pages of a listing, until a visitor has had enough.
class Pages {
 public:
  Pages(const GcsBucket& bucket, QueryParameters parameters)
      : bucket_(bucket), parameters_(std::move(parameters)) {}

  // Gives the next page, or nothing after the last one. It is good until the next call.
  Result<std::optional<dom::element>> next() {
    if (is_last_) {
      return std::nullopt;
    }
    QueryParameters parameters = parameters_;
    if (!token_.empty()) {
      parameters.emplace_back("pageToken", token_);
    }
    const HttpRequest request{.url = with_query(bucket_.objects_url(), parameters)};
    ASSIGN_OR_RETURN(GoogleAnswer answer, bucket_.api().ask(request, Repeat::kSafe));
    if (answer.response.status == 404) {
      return std::nullopt;  // an absent store lists nothing
    }
    const std::string doing = "list " + bucket_.name();
    if (answer.response.status >= 300) {
      return tl::unexpected<Error>(bucket_.refusal(doing, answer.response));
    }
    dom::element page;
    if (parser_.parse(answer.response.body).get(page) != simdjson::SUCCESS) {
      return fail(ErrorCode::kDataLoss, fmt::format("can't {}: the answer is no JSON", doing));
    }
    std::string_view token;
    is_last_ = page["nextPageToken"].get(token) != simdjson::SUCCESS || token.empty();
    token_ = token;
    return page;
  }

 private:
  const GcsBucket& bucket_;
  const QueryParameters parameters_;
  dom::parser parser_;
  std::string token_;
  bool is_last_ = false;
};

Result<ObjectInfo> read_object(dom::element item) {
  std::string_view name;
  std::string_view size_text;
  ObjectInfo object;
  if (item["name"].get(name) != simdjson::SUCCESS ||
      item["size"].get(size_text) != simdjson::SUCCESS ||
      std::from_chars(size_text.data(), size_text.data() + size_text.size(), object.size).ec !=
          std::errc()) {
    return fail(ErrorCode::kDataLoss, "Google's list of objects can't be read");
  }
  object.key = name;
  return object;
}

}  // namespace

Status list_objects(const GcsBucket& bucket, std::string_view prefix,
                    const std::function<bool(const ObjectInfo&)>& visit) {
  const std::string_view asked = whole_characters(prefix);
  if (!can_begin_a_key(asked)) {
    return {};
  }
  Pages pages(bucket, {{"prefix", bucket.name_prefix(asked)},
                       {"fields", "nextPageToken,items(name,size)"}});
  while (true) {
    ASSIGN_OR_RETURN(const auto page, pages.next());
    if (!page) {
      return {};
    }
    dom::array items;
    if ((*page)["items"].get(items) != simdjson::SUCCESS) {
      continue;
    }
    for (const dom::element item : items) {
      ASSIGN_OR_RETURN(ObjectInfo object, read_object(item));
      auto key = bucket.key_of(object.key);
      if (!key || !key->starts_with(prefix)) {
        continue;  // somebody else's
      }
      object.key = *std::move(key);
      if (!visit(object)) {
        return {};
      }
    }
  }
}

Result<std::vector<std::string>> list_object_folders(const GcsBucket& bucket,
                                                     std::string_view prefix) {
  if (!prefix.empty() && !prefix.ends_with('/')) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("'{}' does not end with '/'", printable(prefix)));
  }
  std::vector<std::string> folders;
  if (!can_begin_a_key(prefix)) {
    return folders;
  }
  Pages pages(bucket, {{"prefix", bucket.name_prefix(prefix)},
                       {"delimiter", "/"},
                       {"fields", "nextPageToken,prefixes"}});
  while (true) {
    ASSIGN_OR_RETURN(const auto page, pages.next());
    if (!page) {
      std::ranges::sort(folders);  // Google's order takes the "/" along: "a-b/" before "a/"
      return folders;
    }
    dom::array found;
    if ((*page)["prefixes"].get(found) != simdjson::SUCCESS) {
      continue;
    }
    for (const dom::element element : found) {
      std::string_view name;
      if (element.get(name) != simdjson::SUCCESS) {
        return fail(ErrorCode::kDataLoss, "Google's list of folders can't be read");
      }
      if (const auto key = bucket.key_of(std::string(name) + "x")) {
        folders.push_back(key->substr(prefix.size(), key->size() - prefix.size() - 2));
      }
    }
  }
}

}  // namespace github_stats
