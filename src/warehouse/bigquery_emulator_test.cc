// The warehouse in BigQuery against servers that nobody here wrote: the addresses of emulators are
// in BIGQUERY_EMULATOR_HOST and STORAGE_EMULATOR_HOST (tests/tools/with-bigquery starts them).

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>

#include "http/curl_client.h"
#include "store/gcs_store.h"
#include "testing/temp_dir.h"
#include "testing/warehouse_suite.h"
#include "warehouse/bigquery_warehouse.h"

namespace github_stats {
namespace {

constexpr int kRounds = 4;  // an emulated load takes about a second

std::string address_in(const char* variable) {
  const char* url = std::getenv(variable);
  EXPECT_NE(url, nullptr) << "run this through tests/tools/with-bigquery";
  return url == nullptr ? "http://127.0.0.1:1" : url;
}

std::string random_name(std::string_view kind) {
  std::random_device device;
  return fmt::format("{}{:08x}{:08x}", kind, device(), device());
}

std::shared_ptr<GoogleApi> connect() {
  GoogleApiOptions options;
  options.random = thread_random;
  return std::make_shared<GoogleApi>(make_curl_client("github-stats/test"), system_clock(), nullptr,
                                     std::move(options));
}

// A dataset that goes with this: the emulator gets slower with each table that it has.
class NewDataset {
 public:
  NewDataset() = default;
  NewDataset(const NewDataset&) = delete;
  NewDataset& operator=(const NewDataset&) = delete;

  ~NewDataset() {
    const auto answer = connect()->ask(
        {.method = HttpMethod::kDelete,
         .url = fmt::format("{}/bigquery/v2/projects/{}/datasets/{}?deleteContents=true",
                            options_.base_url, options_.project, options_.dataset)},
        Repeat::kSafe);
    // A test may not have made it.
    EXPECT_TRUE(answer && (answer->response.status < 300 || answer->response.status == 404));
  }

  const bigquery::Options& options() const { return options_; }

 private:
  const bigquery::Options options_{.project = "emulated",
                                   .dataset = random_name("dataset_"),
                                   .location = "EU",
                                   .base_url = address_in("BIGQUERY_EMULATOR_HOST")};
};

// Chunks in a bucket.
class BucketPlace : public WarehousePlace {
 public:
  BucketPlace()
      : store_(make_gcs_store(connect(), {.bucket = random_name("bucket-"),
                                          .prefix = "a b'c",
                                          .base_url = address_in("STORAGE_EMULATOR_HOST"),
                                          .location = "EU",
                                          .project = "emulated"})),
        warehouse_(connect(), system_clock(), dataset_.options(), {}) {
    EXPECT_TRUE(store_->init());
  }

  Warehouse& warehouse() override { return warehouse_; }
  int rounds(int many) const override { return std::min(many, kRounds); }

  std::string keep_chunk(const std::string& name, std::string_view bytes) override {
    EXPECT_TRUE(store_->put(name, bytes, Precondition::none()));
    return store_->location(name);
  }

  bool looks_into_compressed() const override { return true; }

 private:
  std::unique_ptr<ObjectStore> store_;
  NewDataset dataset_;
  BigQueryWarehouse warehouse_;
};

// Chunks in files, which are sent.
class FilePlace : public WarehousePlace {
 public:
  FilePlace() : warehouse_(connect(), system_clock(), dataset_.options(), {}) {}

  Warehouse& warehouse() override { return warehouse_; }
  int rounds(int many) const override { return std::min(many, kRounds); }

  std::string keep_chunk(const std::string& name, std::string_view bytes) override {
    const auto path = dir_.path() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    return path.string();
  }

 private:
  TempDir dir_;
  NewDataset dataset_;
  BigQueryWarehouse warehouse_;
};

std::unique_ptr<WarehousePlace> make_bucket_place() { return std::make_unique<BucketPlace>(); }
std::unique_ptr<WarehousePlace> make_file_place() { return std::make_unique<FilePlace>(); }

INSTANTIATE_TEST_SUITE_P(BigQuery, WarehouseSuite,
                         testing::Values(&make_bucket_place, &make_file_place));
INSTANTIATE_TEST_SUITE_P(BigQuery, FactsSuite, testing::Values(&make_bucket_place));

}  // namespace
}  // namespace github_stats
