// How far each repository is known to be collected without a gap, so that `collect` can go on from
// there. One JSON document per organisation, `<org>/_checkpoints/watermarks.json`
// (docs/formats.md). It moves only after the chunks and the checkpoint of what it tells are safe:
// if it lags behind, some things are collected twice, which is harmless.
//
// Why no gap opens (docs/adr/0005-watermarks.md): a collection goes on from the newest change there
// was when the repositories were listed, as GitHub itself dates it. What changes after that is
// dated no earlier, but for GitHub's whole seconds and its lists' lag, which kWatermarkOverlap
// covers. No clock of ours is compared with GitHub's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "store/object_store.h"

namespace github_stats {

// What a collection goes back by behind a watermark.
inline constexpr Duration kWatermarkOverlap = std::chrono::minutes(5);

// Everything that had changed in a repository since `from` when its owner's repositories were
// listed at `until` is collected. Times are GitHub's.
struct Watermark {
  std::string name;  // the repository's, under which all is collected; empty: under several
  Time from;
  Time until;
  Time newest;  // the newest change there was at `until`; `from` when there was none
  // Pull requests of which GitHub gave other counts than it says there are, when they were
  // collected last.
  std::vector<int64_t> incomplete;

  // Where the window of a collection that goes on from here begins.
  Time next_since() const;

  // Whether a repository whose newest change is this one has not changed since.
  bool is_unchanged(std::optional<Time> newest_update) const;

  bool operator==(const Watermark&) const = default;
};

class Watermarks {
 public:
  // The repository's watermark, if it has one. `id` is its node id, which a new name does not
  // change.
  const Watermark* find(std::string_view id) const;

  // Takes in what has been collected. Where it does not reach back to what is known, the gap is
  // still to be collected: what is known stays. Pull requests that are incomplete for the first
  // time hold the watermark where that window began, so that they are asked for once more; those
  // that stay incomplete do not.
  void cover(const std::string& id, const Watermark& covered);

  // Rows are going to be written under this name. If it is another than before, the repository
  // counts as renamed until it has been collected whole under one name.
  void expect_name(std::string_view id, std::string_view name);

  // Forgets the repositories of that name, and those that may have it among others.
  void forget(std::string_view name);
  void forget_all() { by_id_.clear(); }

  // As read from a document.
  void set(std::string id, Watermark watermark) { by_id_[std::move(id)] = std::move(watermark); }

  const std::map<std::string, Watermark, std::less<>>& all() const { return by_id_; }
  bool operator==(const Watermarks&) const = default;

 private:
  static void hold(Watermark& known, const Watermark& covered);

  std::map<std::string, Watermark, std::less<>> by_id_;
};

std::string encode_watermarks(const Watermarks& watermarks);

// data_loss when the bytes are no watermarks, invalid_argument when a newer version wrote them.
Result<Watermarks> decode_watermarks(std::string_view bytes);

// An organisation's watermarks; none when there is no document.
Result<Watermarks> read_watermarks(ObjectStore& store, std::string_view org);

// Reads them, lets `change` change them, and writes them back if it did, compare-and-swap: a change
// made by another process meanwhile is kept. `change` may be called several times.
Status update_watermarks(ObjectStore& store, std::string_view org,
                         const std::function<void(Watermarks&)>& change);

}  // namespace github_stats
