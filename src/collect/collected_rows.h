// What the collector's random tests compare: all that is in a store's chunks against all that
// GitHub has.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <set>
#include <string>

#include "collect/checkpoint_reader.h"
#include "collect/collector_fixture.h"
#include "store/keys.h"
#include "testing/fake_github.h"
#include "testing/memory_store.h"

namespace github_stats {

// What is known of a pull request, comparable: its own fields and its details as a set.
struct Known {
  std::string title;
  Time updated_at;
  std::set<std::string> commits;
  std::map<std::string, std::string> comments;

  bool operator==(const Known&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Known& known) {
  out << known.title << " of " << format_time(known.updated_at) << ", commits";
  for (const std::string& sha : known.commits) {
    out << ' ' << sha;
  }
  out << ", comments";
  for (const auto& [id, body] : known.comments) {
    out << ' ' << id << '=' << body;
  }
  return out;
}

using Tables = std::map<std::string, Known>;  // by repository/number

// Merges chunks as a warehouse does: per pull request, known by its id, the newest collected_at
// wins, and its details are those of that moment.
class Merge {
 public:
  void add(const std::string& chunk, Stream stream) {
    for_each_row(chunk, [&](const simdjson::dom::element& row) { add_row(row, stream); });
  }

  Tables tables() const {
    Tables tables;
    for (const auto& [id, row] : newest_) {
      tables[row.name] = versions_.at(row.name).at(row.collected_at);
    }
    return tables;
  }

 private:
  struct Row {
    Time collected_at;
    std::string name;

    // NOLINTNEXTLINE(modernize-use-nullptr): the zero is the compiler's
    auto operator<=>(const Row&) const = default;
  };

  static std::string text(const simdjson::dom::element& row, std::string_view field) {
    return std::string(std::string_view(row[field]));
  }

  void add_row(const simdjson::dom::element& row, Stream stream) {
    const bool is_own = stream == Stream::kPullRequests;
    const int64_t number = row[is_own ? "number" : "pr_number"];
    const Row place{*parse_time(text(row, "collected_at")),
                    fmt::format("{}/{}", text(row, "repo"), number)};
    Known& known = versions_[place.name][place.collected_at];
    if (is_own) {
      known.title = text(row, "title");
      known.updated_at = *parse_time(text(row, "updated_at"));
      Row& newest = newest_[text(row, "id")];
      newest = std::max(newest, place);
    } else if (stream == Stream::kCommits) {
      known.commits.insert(text(row, "sha"));
    } else if (stream == Stream::kIssueComments) {
      known.comments[text(row, "id")] = text(row, "body");
    }
  }

  std::map<std::string, Row> newest_;                      // by id
  std::map<std::string, std::map<Time, Known>> versions_;  // by name, then collected_at
};

// What a warehouse has that loads every chunk that a checkpoint explains.
inline Tables collected_rows(MemoryStore& store) {
  Merge merge;
  std::map<std::string, Checkpoint> checkpoints;
  for (const auto& [key, bytes] : store.objects()) {
    if (const auto id = parse_checkpoint_key(key)) {
      checkpoints[*id] = read_checkpoint(store, "Acme", *id)->checkpoint;
    }
  }
  for (const auto& [key, bytes] : store.objects()) {
    const auto chunk = parse_chunk_key(key);
    if (!chunk) {
      continue;
    }
    for (const RepositoryProgress& repository : checkpoints[chunk->collection_id].repositories) {
      if (repository.name == chunk->repo && repository.explains(chunk->stream, chunk->number)) {
        merge.add(bytes, chunk->stream);
      }
    }
  }
  return merge.tables();
}

inline Tables truth_of(const FakeGitHub& github) {
  Tables tables;
  for (const auto& [id, repository] : github.truth()) {
    for (const auto& [number, pull_request] : repository.pull_requests) {
      tables[fmt::format("{}/{}", repository.name, number)] = {
          pull_request.title,
          pull_request.updated_at,
          {pull_request.commits.begin(), pull_request.commits.end()},
          pull_request.comments};
    }
  }
  return tables;
}

}  // namespace github_stats
