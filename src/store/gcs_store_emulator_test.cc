// The store in Google Cloud Storage against a server that nobody here wrote: the address of an
// emulator is in STORAGE_EMULATOR_HOST (tests/tools/with-gcs starts one, and a proxy in front of it
// that makes trouble).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "http/curl_client.h"
#include "store/gcs_store.h"
#include "testing/fake_clock.h"
#include "testing/object_store_suite.h"

namespace github_stats {
namespace {

std::string emulator_url() {
  const char* url = std::getenv("STORAGE_EMULATOR_HOST");
  EXPECT_NE(url, nullptr) << "run this through tests/tools/with-gcs";
  return url == nullptr ? "http://127.0.0.1:1" : url;
}

std::string new_bucket_name() {
  std::random_device device;
  return fmt::format("bucket-{:08x}{:08x}", device(), device());
}

// Waits take no time: the server's trouble passes by being asked again.
std::unique_ptr<ObjectStore> connect(Clock& clock, GcsOptions options) {
  GoogleApiOptions api;
  api.retry.max_attempts = 20;
  api.random = thread_random;
  return make_gcs_store(std::make_shared<GoogleApi>(make_curl_client("github-stats/test"), clock,
                                                    nullptr, std::move(api)),
                        std::move(options));
}

class GcsPlace : public StorePlace {
 public:
  explicit GcsPlace(GcsOptions options)
      : store_(connect(clock_, options)), second_(connect(clock_, options)) {}

  ObjectStore& store() override { return *store_; }
  ObjectStore& second() override { return *second_; }

 private:
  FakeClock clock_;
  std::unique_ptr<ObjectStore> store_;
  std::unique_ptr<ObjectStore> second_;
};

GcsOptions options_of_a_new_bucket() {
  return {.bucket = new_bucket_name(),
          .base_url = emulator_url(),
          .location = "US",
          .project = "emulator"};
}

std::unique_ptr<StorePlace> whole_bucket() {
  return std::make_unique<GcsPlace>(options_of_a_new_bucket());
}

// Everything but what is tiny goes up in parts.
std::unique_ptr<StorePlace> in_parts() {
  GcsOptions options = options_of_a_new_bucket();
  options.largest_single_upload = 4;
  options.part_size = size_t{256} << 10U;
  return std::make_unique<GcsPlace>(options);
}

INSTANTIATE_TEST_SUITE_P(Gcs, ObjectStoreSuite, testing::Values(&whole_bucket, &in_parts));

}  // namespace
}  // namespace github_stats
