// What an object store holds of an organisation.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "schema/schema.h"
#include "store/object_store.h"

namespace github_stats {

struct StreamSummary {
  int64_t chunks = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  std::string first_date;  // "2026-01-31"; empty without chunks
  std::string last_date;
};

struct RepositorySummary {
  std::string name;
  std::array<StreamSummary, kStreams.size()> streams;
};

// A collection that is not finished.
struct OpenCollection {
  std::string id;
  std::string command;
  Time started_at;
  int64_t done = 0;  // repositories
  int64_t failed = 0;
  int64_t to_go = 0;
  int64_t pull_requests = 0;  // rows in chunks
  std::string unreadable;     // why its checkpoint can't be read; then only `id` is known
};

// Calls `visit` with each repository that has chunks, by name.
Status summarise_repositories(ObjectStore& store, std::string_view org,
                              const std::function<void(const RepositorySummary&)>& visit);

// Newest first.
Result<std::vector<OpenCollection>> open_collections(ObjectStore& store, std::string_view org);

}  // namespace github_stats
