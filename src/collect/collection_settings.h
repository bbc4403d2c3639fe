// The settings that a collection was begun with, as its checkpoint keeps them: for a resume, which
// must go on at the same GitHub and in the same store, and for people who wonder later.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json_writer.h"
#include "base/result.h"
#include "collect/repository_filter.h"
#include "schema/privacy.h"

namespace github_stats {

struct CollectionSettings {
  std::string github;  // GITHUB_API_URL; empty: not known (checkpoints before version 3)
  std::string store;   // ObjectStore::name(); empty: not known
  RepositoryFilter filter;
  int64_t rows_per_chunk = 0;
  // Kept by a resume, whatever the setting is then: a chunk's number must never exist in both
  // forms.
  bool compress = false;
  // Kept by a resume as well, so that a collection is of one kind.
  Privacy privacy = Privacy::kFull;
  std::string privacy_key;  // Pseudonyms::key_fingerprint(); empty unless people are hashed

  bool operator==(const CollectionSettings&) const = default;
};

// Writes the object that stands behind "settings".
void encode_settings(JsonWriter& json, const CollectionSettings& settings);

// Fails with invalid_argument when a collection that was begun with `begun` would go on at another
// GitHub, or in another store. A directory may have been moved: it is the same store if the
// checkpoint was found in it.
Status check_same_place(const CollectionSettings& begun, const CollectionSettings& now);

// Fails with invalid_argument when people were hashed with another key than `key`, a fingerprint;
// an empty one: there is no key.
Status check_same_key(const CollectionSettings& begun, const std::string& key);

}  // namespace github_stats
