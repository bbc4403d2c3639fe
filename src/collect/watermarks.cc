#include "collect/watermarks.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/crash_point.h"
#include "base/json_writer.h"
#include "collect/document.h"
#include "extract/answer_reading.h"
#include "store/keys.h"

namespace github_stats {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kVersion = 1;
constexpr int kMostTries = 20;

Watermark decode_watermark(ondemand::object entry) {
  Watermark watermark;
  watermark.name = std::string_view(entry["name"]);
  watermark.from = time_in(entry["from"]);
  watermark.until = time_in(entry["until"]);
  watermark.newest = time_in(entry["newest"]);
  for (auto number : entry["incomplete"].get_array()) {
    watermark.incomplete.push_back(int64_t(number));
  }
  return watermark;
}

struct Stored {
  Watermarks watermarks;
  Precondition unchanged = Precondition::absent();
};

Result<Stored> read(ObjectStore& store, std::string_view org) {
  auto object = store.get(watermarks_key(org));
  if (!object) {
    return object.error().code == ErrorCode::kNotFound ? Result<Stored>(Stored{})
                                                       : tl::unexpected<Error>(object.error());
  }
  auto decoded = decode_watermarks(object->bytes);
  if (!decoded) {
    return fail_with_context(watermarks_key(org), std::move(decoded).error());
  }
  return Stored{*std::move(decoded), Precondition::unchanged(std::move(object->version))};
}

}  // namespace

Time Watermark::next_since() const {
  return std::max(from, std::min(newest, until) - kWatermarkOverlap);
}

bool Watermark::is_unchanged(std::optional<Time> newest_update) const {
  // While `newest` is young, something else may have changed in the same second.
  const bool is_settled = until - newest > kWatermarkOverlap;
  return !newest_update || *newest_update < next_since() ||
         (is_settled && *newest_update <= newest);
}

const Watermark* Watermarks::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

void Watermarks::cover(const std::string& id, const Watermark& covered) {
  const auto emplaced = by_id_.emplace(id, covered);
  const bool is_new = emplaced.second;
  Watermark& known = emplaced.first->second;
  const bool is_whole = covered.from <= known.from && covered.until >= known.until;
  if (is_whole) {
    known.name = covered.name;
  } else {
    expect_name(id, covered.name);
  }
  const bool is_news = std::ranges::any_of(covered.incomplete, [&](int64_t number) {
    return is_new || std::ranges::find(known.incomplete, number) == known.incomplete.end();
  });
  if (is_news) {
    return hold(known, covered);
  }
  const bool overlaps = covered.from <= std::max(known.from, known.until - kWatermarkOverlap) &&
                        known.from <= covered.until;
  if (overlaps) {
    known.from = std::min(known.from, covered.from);
  }
  if (covered.until < known.until) {
    return;  // an earlier collection that was taken up again
  }
  if (overlaps) {
    known.until = covered.until;
    known.newest = std::max(known.newest, covered.newest);
    known.incomplete = covered.incomplete;
  }
}

void Watermarks::hold(Watermark& known, const Watermark& covered) {
  known.from = std::min(known.from, covered.from);
  known.until = std::min(known.until, covered.from);
  known.newest = std::min(known.newest, covered.from);
  std::set<int64_t> incomplete(known.incomplete.begin(), known.incomplete.end());
  incomplete.insert(covered.incomplete.begin(), covered.incomplete.end());
  known.incomplete.assign(incomplete.begin(), incomplete.end());
}

void Watermarks::expect_name(std::string_view id, std::string_view name) {
  const auto found = by_id_.find(id);
  if (found != by_id_.end() && found->second.name != name) {
    found->second.name.clear();
  }
}

void Watermarks::forget(std::string_view name) {
  std::erase_if(by_id_, [&](const auto& entry) {
    return entry.second.name == name || entry.second.name.empty();
  });
}

std::string encode_watermarks(const Watermarks& watermarks) {
  std::string bytes;
  JsonWriter json(bytes);
  json.begin_object().key("version").integer(kVersion).key("repositories").begin_array();
  for (const auto& [id, watermark] : watermarks.all()) {
    json.begin_object().key("id").text(id).key("name").text(watermark.name);
    json.key("from").text(format_time(watermark.from));
    json.key("until").text(format_time(watermark.until));
    json.key("newest").text(format_time(watermark.newest)).key("incomplete").begin_array();
    for (const int64_t number : watermark.incomplete) {
      json.integer(number);
    }
    json.end_array().end_object();
  }
  json.end_array().end_object();
  bytes.push_back('\n');
  return bytes;
}

Result<Watermarks> decode_watermarks(std::string_view bytes) {
  constexpr DocumentKind kKind{
      "list of watermarks", kVersion,
      "remove the object; the next collect then goes back DEFAULT_LOOKBACK_DAYS"};
  return read_document(bytes, kKind, [](ondemand::object& object, int64_t) {
    Watermarks watermarks;
    for (auto element : object["repositories"].get_array()) {
      ondemand::object entry = element.get_object();
      std::string id{std::string_view(entry["id"])};
      watermarks.set(std::move(id), decode_watermark(entry));
    }
    return watermarks;
  });
}

Result<Watermarks> read_watermarks(ObjectStore& store, std::string_view org) {
  ASSIGN_OR_RETURN(Stored stored, read(store, org));
  return std::move(stored.watermarks);
}

Status update_watermarks(ObjectStore& store, std::string_view org,
                         const std::function<void(Watermarks&)>& change) {
  for (int tried = 0; tried < kMostTries; ++tried) {
    ASSIGN_OR_RETURN(Stored stored, read(store, org));
    Watermarks changed = stored.watermarks;
    change(changed);
    if (changed == stored.watermarks) {
      return {};
    }
    crash_point("collect.watermarks.before");
    const auto put = store.put(watermarks_key(org), encode_watermarks(changed), stored.unchanged);
    crash_point("collect.watermarks.after");
    if (put) {
      return {};
    }
    const bool is_race =
        !put.error().general && (put.error().code == ErrorCode::kPreconditionFailed ||
                                 put.error().code == ErrorCode::kAlreadyExists);
    if (!is_race) {
      return tl::unexpected<Error>(put.error());
    }
  }
  return fail(ErrorCode::kUnavailable,
              watermarks_key(org) + " is changed all the time by other processes");
}

}  // namespace github_stats
