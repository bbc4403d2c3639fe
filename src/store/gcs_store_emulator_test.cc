// The store in Google Cloud Storage against a server that nobody here wrote: the address of an
// emulator is in STORAGE_EMULATOR_HOST (tests/tools/with-gcs starts one, and a proxy in front of it
// that makes trouble).

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <random>

#include "http/curl_client.h"
#include "store/gcs_store.h"
#include "testing/fake_clock.h"
#include "testing/object_store_suite.h"
#include "testing/random_seed.h"

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

// Tells the proxy in front of the emulator what to do wrong from here on.
void set_faults(const std::string& json) {
  const char* proxy = std::getenv("GITHUB_STATS_STORAGE_PROXY");
  ASSERT_NE(proxy, nullptr) << "run this through tests/tools/with-gcs";
  const auto answer = make_curl_client("github-stats/test")
                          ->send({.method = HttpMethod::kPost,
                                  .url = std::string(proxy) + "/_proxy/faults",
                                  .headers = {{"content-type", "application/json"}},
                                  .body = json},
                                 {});
  ASSERT_TRUE(answer && answer->status == 200);
}

// A client that soon gives up on an answer.
class Impatient : public HttpClient {
 public:
  Result<HttpResponse> send(const HttpRequest& request, std::stop_token stop) override {
    HttpRequest hurried = request;
    hurried.timeout = std::chrono::milliseconds(300);
    return http_->send(hurried, std::move(stop));
  }

 private:
  std::unique_ptr<HttpClient> http_ = make_curl_client("github-stats/test");
};

// What a store must hold after calls that all succeeded, whatever went wrong below them.
class Model {
 public:
  Model(ObjectStore& store, std::mt19937& random) : store_(store), random_(random) {}

  void step() {
    const std::string key = fmt::format("{}/{}", "ab"[random_() % 2], random_() % 3);
    switch (random_() % 8) {
      case 0:
        return put(key, Precondition::none(), "ok");
      case 1:
      case 2:
        return put(key, Precondition::absent(), objects_.contains(key) ? "already_exists" : "ok");
      case 3:
      case 4: {
        const Version version = some_version(key);
        return put(key, Precondition::unchanged(version),
                   is_current(key, version) ? "ok" : "precondition_failed");
      }
      case 5:
        return get(key);
      case 6:
        return list();
      default:
        return remove(key);
    }
  }

  void list() {
    std::vector<std::string> keys;
    const Status status = store_.list("", [&](const ObjectInfo& object) {
      keys.push_back(fmt::format("{} {}", object.key, object.size));
      return true;
    });
    ASSERT_TRUE(status) << status.error().describe();
    std::vector<std::string> expected;
    for (const auto& [key, object] : objects_) {
      expected.push_back(fmt::format("{} {}", key, object.bytes.size()));
    }
    EXPECT_EQ(keys, expected);
  }

 private:
  // Of the object, or an earlier one of some object.
  Version some_version(const std::string& key) {
    return objects_.contains(key) && random_() % 2 == 0 ? objects_[key].version : stale_;
  }

  bool is_current(const std::string& key, const Version& version) const {
    const auto object = objects_.find(key);
    return object != objects_.end() && object->second.version == version;
  }

  void put(const std::string& key, const Precondition& precondition, std::string_view expected) {
    std::string bytes(random_() % 4 == 0 ? 300'000 + random_() % 300'000 : random_() % 2'000, '\0');
    std::ranges::generate(bytes, [&] { return static_cast<char>(random_()); });
    const auto version = store_.put(key, bytes, precondition);
    ASSERT_EQ(version ? "ok" : to_string(version.error().code), expected)
        << key << ": " << (version ? "" : version.error().describe());
    if (version) {
      stale_ = objects_[key].version.value.empty() ? Version{"1"} : objects_[key].version;
      objects_[key] = {std::move(bytes), *version};
    }
  }

  void get(const std::string& key) {
    const auto object = store_.get(key);
    const auto expected = objects_.find(key);
    if (expected == objects_.end()) {
      ASSERT_FALSE(object);
      EXPECT_EQ(object.error().code, ErrorCode::kNotFound) << object.error().describe();
      return;
    }
    ASSERT_TRUE(object) << object.error().describe();
    EXPECT_TRUE(object->bytes == expected->second.bytes);
    EXPECT_EQ(object->version, expected->second.version);
  }

  void remove(const std::string& key) {
    if (random_() % 2 == 0) {
      const Status status = store_.remove(key);
      ASSERT_TRUE(status) << status.error().describe();
      objects_.erase(key);
      return;
    }
    const Version version = some_version(key);
    const Status status = store_.remove(key, Precondition::unchanged(version));
    const bool is_refused = objects_.contains(key) && !is_current(key, version);
    ASSERT_EQ(status ? "ok" : to_string(status.error().code),
              is_refused ? "precondition_failed" : "ok");
    if (status) {
      objects_.erase(key);
    }
  }

  ObjectStore& store_;
  std::mt19937& random_;
  std::map<std::string, Object> objects_;
  Version stale_{"1"};
};

TEST(GcsStoreUnderFaults, EveryCallSucceedsAsIfNothingHadHappened) {
  constexpr int kSchedules = 1'000;
  constexpr int kSteps = 12;
  const uint32_t first_seed = random_seed();
  const auto http = std::make_shared<Impatient>();
  GcsOptions options = options_of_a_new_bucket();
  options.largest_single_upload = size_t{400} << 10U;
  options.part_size = size_t{256} << 10U;
  FakeClock clock;
  for (uint32_t seed = first_seed; seed < first_seed + kSchedules && !HasFailure(); ++seed) {
    SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
    std::mt19937 random(seed);
    set_faults(fmt::format(R"({{"seed":{},"rate":{:.3f},"rates":{{"slow":0.002}}}})",
                           seed % 1'000'000, 0.05 * static_cast<double>(random() % 5)));
    options.prefix = fmt::format("schedule-{}", seed);
    GoogleApiOptions api;
    api.retry.max_attempts = 40;
    api.random = [&random] { return std::uniform_real_distribution<double>(0, 1)(random); };
    const auto store =
        make_gcs_store(std::make_shared<GoogleApi>(http, clock, nullptr, std::move(api)), options);
    ASSERT_TRUE(store->init());
    Model model(*store, random);
    for (int step = 0; step < kSteps && !HasFailure(); ++step) {
      model.step();
    }
    model.list();
  }
  set_faults("{}");
}

}  // namespace
}  // namespace github_stats
