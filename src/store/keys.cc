#include "store/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/clock.h"
#include "base/log.h"

namespace github_stats {
namespace {

constexpr size_t kLongestKey = 1024;
constexpr std::string_view kCheckpoints = "_checkpoints";
constexpr std::string_view kChunk = "_chunk_";

// Splits `key` into exactly N parts; nothing when it has more or fewer.
template <size_t N>
std::optional<std::array<std::string_view, N>> split(std::string_view key) {
  std::array<std::string_view, N> parts;
  for (size_t i = 0; i + 1 < N; ++i) {
    const size_t slash = key.find('/');
    if (slash == std::string_view::npos) {
      return std::nullopt;
    }
    parts.at(i) = key.substr(0, slash);
    key.remove_prefix(slash + 1);
  }
  if (key.find('/') != std::string_view::npos) {
    return std::nullopt;
  }
  parts.at(N - 1) = key;
  return parts;
}

// Removes `suffix` from the end of `text`; false when it is not there.
bool consume_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) {
    return false;
  }
  text.remove_suffix(suffix.size());
  return true;
}

// A count as to_string writes it: digits without a leading zero.
std::optional<int64_t> parse_count(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || fmt::to_string(value) != text ||
      value < 0) {
    return std::nullopt;
  }
  return value;
}

// Whether `collection_id` is the id of a collection that began on that day.
bool is_start_of(std::string_view collection_id, std::string_view date) {
  const auto start = parse_compact_time(collection_id);
  return start && format_date(*start) == date;
}

tl::unexpected<Error> bad_key(std::string_view key, std::string_view why) {
  constexpr size_t kShown = 200;
  return fail(ErrorCode::kInvalidArgument, fmt::format("'{}' cannot be an object's key: {}",
                                                       printable(key.substr(0, kShown)), why));
}

}  // namespace

std::string ChunkKey::to_string() const {
  return fmt::format("{}{}{}", chunks_prefix(org, repo, stream, date, collection_id), number,
                     compressed ? ".json.gz" : ".json");
}

std::optional<ChunkKey> parse_chunk_key(std::string_view key) {
  const auto parts = split<5>(key);
  if (!check_key(key) || !parts) {
    return std::nullopt;
  }
  auto [org, repo, stream_name, date, file] = *parts;
  const auto stream = stream_named(stream_name);
  const bool compressed = consume_suffix(file, ".gz");
  if (!stream || !is_date(date) || !consume_suffix(file, ".json")) {
    return std::nullopt;
  }
  const size_t mark = file.find(kChunk);
  if (mark == std::string_view::npos || !is_start_of(file.substr(0, mark), date)) {
    return std::nullopt;
  }
  const auto number = parse_count(file.substr(mark + kChunk.size()));
  if (!number) {
    return std::nullopt;
  }
  return ChunkKey{.org = std::string(org),
                  .repo = std::string(repo),
                  .stream = *stream,
                  .date = std::string(date),
                  .collection_id = std::string(file.substr(0, mark)),
                  .number = *number,
                  .compressed = compressed};
}

std::string checkpoint_key(std::string_view org, std::string_view collection_id) {
  return fmt::format("{}{}.json", checkpoints_prefix(org), collection_id);
}

std::optional<std::string> parse_checkpoint_key(std::string_view key) {
  const auto parts = split<3>(key);
  if (!check_key(key) || !parts) {
    return std::nullopt;
  }
  auto [org, folder, file] = *parts;
  if (folder != kCheckpoints || !consume_suffix(file, ".json") || !parse_compact_time(file)) {
    return std::nullopt;
  }
  return std::string(file);
}

std::string watermarks_key(std::string_view org) {
  return checkpoints_prefix(org) + "watermarks.json";
}

std::string lease_key(std::string_view org) {
  std::string lower(org);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return checkpoints_prefix(lower) + "lease.json";
}

std::string probe_key(std::string_view id) { return fmt::format("_doctor/{}.json", id); }

std::string chunks_prefix(std::string_view org, std::string_view repo, Stream stream,
                          std::string_view date, std::string_view collection_id) {
  return fmt::format("{}/{}/{}/{}/{}{}", org, repo, to_string(stream), date, collection_id, kChunk);
}

std::string organisation_prefix(std::string_view org) { return fmt::format("{}/", org); }

std::string repository_prefix(std::string_view org, std::string_view repo) {
  return fmt::format("{}/{}/", org, repo);
}

std::string checkpoints_prefix(std::string_view org) {
  return fmt::format("{}/{}/", org, kCheckpoints);
}

Status check_key(std::string_view key) {
  if (key.empty() || key.size() > kLongestKey) {
    return bad_key(key,
                   fmt::format("it has {} bytes, allowed are 1 to {}", key.size(), kLongestKey));
  }
  if (key.front() == '.') {
    return bad_key(key, "a store keeps its own files behind a first '.'");
  }
  if (key.find('\\') != std::string_view::npos || printable(key) != key) {
    return bad_key(key, "it holds a backslash, a control character or bytes that are not UTF-8");
  }
  for (size_t start = 0; start <= key.size();) {
    const size_t slash = std::min(key.find('/', start), key.size());
    const std::string_view part = key.substr(start, slash - start);
    if (part.empty() || part == "." || part == "..") {
      return bad_key(key, "it has an empty part, '.' or '..'");
    }
    start = slash + 1;
  }
  return {};
}

}  // namespace github_stats
