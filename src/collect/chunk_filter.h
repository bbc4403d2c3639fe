// Which of a store's chunks a command is about.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/keys.h"

namespace github_stats {

// What is left empty lets everything pass.
struct ChunkFilter {
  std::vector<std::string> repositories;  // names or globs
  std::vector<std::string> excluded;      // names or globs
  std::string date;                       // "2026-01-31": of collections that began on that day
  std::string begun_before;  // a collection's id: of collections that began earlier than that one

  bool wants_repository(std::string_view name) const;
  bool wants_collection(std::string_view id) const;
  // For chunks of repositories that are wanted.
  bool wants(const ChunkKey& key) const {
    return (date.empty() || key.date == date) &&
           (begun_before.empty() || key.collection_id < begun_before);
  }

  bool is_of_some_repositories() const { return !repositories.empty() || !excluded.empty(); }
  bool is_of_some_collections() const { return !date.empty() || !begun_before.empty(); }
};

}  // namespace github_stats
