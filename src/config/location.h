// Where chunks and tables live, as a user writes it.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"

namespace github_stats {

// "file:DIR"
struct DirectoryStore {
  std::string directory;
  bool operator==(const DirectoryStore&) const = default;
};

// "gs://BUCKET" or "gs://BUCKET/PREFIX"
struct BucketStore {
  std::string bucket;
  std::string prefix;  // in front of every key; empty, or without "/" at either end
  bool operator==(const BucketStore&) const = default;
};

using StoreLocation = std::variant<DirectoryStore, BucketStore>;

// "duckdb:FILE"
struct DuckDbFile {
  std::string file;
  bool operator==(const DuckDbFile&) const = default;
};

// "bigquery:PROJECT.DATASET"
struct BigQueryDataset {
  std::string project;
  std::string dataset;
  bool operator==(const BigQueryDataset&) const = default;
};

using WarehouseLocation = std::variant<DuckDbFile, BigQueryDataset>;

// These fail with invalid_argument; the message says what is allowed and leaves it to the caller to
// say what was given.
Result<StoreLocation> parse_store_location(std::string_view text);
Result<WarehouseLocation> parse_warehouse_location(std::string_view text);
Status check_bucket_name(std::string_view name);
Status check_google_project(std::string_view project);
Status check_dataset_name(std::string_view name);

// The text that parses to the same.
std::string to_string(const StoreLocation& location);
std::string to_string(const WarehouseLocation& location);

}  // namespace github_stats
