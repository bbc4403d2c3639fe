// How far a collection has come: one JSON document per collection, `<org>/_checkpoints/<id>.json`.
// The format is documented in docs/formats.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/collection_settings.h"
#include "extract/row_batch.h"
#include "schema/schema.h"

namespace github_stats {

enum class RepositoryState { kPending, kInProgress, kDone, kFailed };

std::string_view to_string(RepositoryState state);

// Where a walk through a repository's pull requests stands. Everything up to it is in chunks.
struct WalkPosition {
  int pass = 0;               // 0: the window; later ones catch up on what changed meanwhile
  Time stop_before;           // the pass ends at the first pull request older than this
  std::string cursor;         // pages up to it are in chunks; empty: none is
  int64_t pages = 0;          // of this pass
  std::optional<Time> front;  // newest change seen when this pass began: where the next one ends

  bool operator==(const WalkPosition&) const = default;
};

struct RepositoryProgress {
  std::string id;    // node id
  std::string name;  // as GitHub spelled it when the collection began
  Time since;        // its window's beginning
  Time newest;       // the newest change there was when the collection began
  // Nothing older than the window is wanted: it may give the repository its first watermark.
  // Otherwise the window is one of some hours, or goes on from a watermark.
  bool begins_history = false;
  RepositoryState state = RepositoryState::kPending;
  WalkPosition position;
  // Chunks with numbers in [first_chunk, chunks) are written and explained, per stream. Numbers
  // below belonged to chunks that were removed; they are not used again, as a warehouse may
  // remember having loaded them.
  std::array<int64_t, kStreams.size()> first_chunk{};
  std::array<int64_t, kStreams.size()> chunks{};
  std::array<int64_t, kStreams.size()> rows{};  // in those chunks
  int64_t vanished = 0;  // pull requests that were gone when their details were asked
  std::vector<OwedPullRequest> owed;
  int64_t unlisted = 0;  // how many more pull requests GitHub counted than it listed
  std::string error;     // why it failed

  bool explains(Stream stream, int64_t chunk) const {
    const auto index = static_cast<size_t>(stream);
    return chunk >= first_chunk[index] && chunk < chunks[index];
  }
  std::vector<int64_t> owed_numbers() const;
  int64_t pull_requests() const { return rows[static_cast<size_t>(Stream::kPullRequests)]; }
  bool operator==(const RepositoryProgress&) const = default;
};

struct Checkpoint {
  static constexpr int kVersion = 4;

  std::string collection_id;
  std::string org;
  std::string command;  // "backfill", "collect" or "scheduled"
  CollectionSettings settings;
  Time started_at;
  // The window: what changed in [since, until) is collected. GitHub's times; a repository's window
  // may begin later.
  Time since;
  Time until;
  bool finished = false;  // nothing is left for `resume`
  int64_t run = 1;        // how often it was taken up, the start included
  std::vector<RepositoryProgress> repositories;

  bool operator==(const Checkpoint&) const = default;
};

std::string encode_checkpoint(const Checkpoint& checkpoint);

// data_loss when the bytes are no checkpoint, invalid_argument when a newer version wrote them.
Result<Checkpoint> decode_checkpoint(std::string_view bytes);

}  // namespace github_stats
