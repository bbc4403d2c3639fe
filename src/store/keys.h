// The layout of names in an object store:
//
//   <org>/<repo>/<stream>/YYYY-MM-DD/<timestamp>_chunk_<N>.json (or .json.gz)
//   <org>/_checkpoints/<collection-id>.json
//   <org>/_checkpoints/watermarks.json
//   <org>/_checkpoints/lease.json
//   _doctor/<id>.json, for a moment: no account's name begins with "_"
//
// Chunks and checkpoints differ in depth, so that even a repository called "_checkpoints" would not
// clash. The date and timestamp are those of the collection's start, and the timestamp is the
// collection's id: a chunk's name tells which checkpoint explains it. N counts from 0 per
// repository and stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "schema/schema.h"

namespace github_stats {

struct ChunkKey {
  std::string org;
  std::string repo;
  Stream stream = Stream::kPullRequests;
  std::string date;           // "2026-01-31"
  std::string collection_id;  // "20260131T235959Z"
  int64_t number = 0;
  bool compressed = false;  // ".json.gz"

  std::string to_string() const;
  bool operator==(const ChunkKey&) const = default;
};

// The parts of a chunk's key; nothing when `key` is not one (a checkpoint, a stranger's file).
// Exactly what to_string writes is read: parse_chunk_key(key)->to_string() == key.
std::optional<ChunkKey> parse_chunk_key(std::string_view key);

std::string checkpoint_key(std::string_view org, std::string_view collection_id);

// The collection id in a checkpoint's key; nothing when `key` is not one.
std::optional<std::string> parse_checkpoint_key(std::string_view key);

// Where an organisation's watermarks are; no checkpoint's key.
std::string watermarks_key(std::string_view org);

// Where an organisation's lease is; no checkpoint's key. In lower case: it is taken before GitHub
// has told how the name is spelled.
std::string lease_key(std::string_view org);

// Where `doctor` tries whether it can write; below no organisation.
std::string probe_key(std::string_view id);

// What the keys of a collection's chunks in a stream of a repository begin with, and no others'.
std::string chunks_prefix(std::string_view org, std::string_view repo, Stream stream,
                          std::string_view date, std::string_view collection_id);

// Prefixes to list by; each ends with "/".
std::string organisation_prefix(std::string_view org);
std::string repository_prefix(std::string_view org, std::string_view repo);
std::string checkpoints_prefix(std::string_view org);

// Fails with invalid_argument when `key` breaks the contract of object_store.h.
Status check_key(std::string_view key);

}  // namespace github_stats
