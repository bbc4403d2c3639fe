// How fast chunks go into Cloud Storage: uploads the files of a directory, several at a time, and
// prints the seconds that took.
//
//   STORAGE_EMULATOR_HOST=http://… gcs_upload_bench DIRECTORY BUCKET THREADS
#include <fmt/format.h>

#include <atomic>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "http/curl_client.h"
#include "store/gcs_store.h"

namespace github_stats {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_below(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) {
      names.push_back(fs::relative(entry.path(), directory).string());
    }
  }
  return names;
}

Status upload(ObjectStore& store, const fs::path& directory, const std::string& name) {
  std::ifstream file(directory / name, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto version = store.put(name, bytes, Precondition::absent());
  return version ? Status() : tl::unexpected<Error>(version.error());
}

int run(const fs::path& directory, const std::string& bucket, size_t threads) {
  const char* emulator = std::getenv("STORAGE_EMULATOR_HOST");
  if (emulator == nullptr) {
    fmt::print(stderr, "set STORAGE_EMULATOR_HOST\n");
    return 2;
  }
  GoogleApiOptions options;
  options.random = thread_random;
  const auto store = make_gcs_store(
      std::make_shared<GoogleApi>(make_curl_client("github-stats/bench"), system_clock(), nullptr,
                                  std::move(options)),
      {.bucket = bucket, .base_url = emulator, .location = "US", .project = "bench"});
  if (const Status ready = store->init(); !ready) {
    fmt::print(stderr, "{}\n", ready.error().describe());
    return 1;
  }
  const std::vector<std::string> names = files_below(directory);
  std::atomic<size_t> next = 0;
  std::atomic<int> failures = 0;
  const Duration start = system_clock().elapsed();
  {
    std::vector<std::jthread> workers;
    for (size_t i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        for (size_t index = next++; index < names.size(); index = next++) {
          if (const Status done = upload(*store, directory, names[index]); !done) {
            fmt::print(stderr, "{}\n", done.error().describe());
            ++failures;
          }
        }
      });
    }
  }
  const Duration took = system_clock().elapsed() - start;
  fmt::print("{:.3f}\n", std::chrono::duration<double>(took).count());
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace github_stats

int main(int argc, char** argv) {
  size_t threads = 0;
  if (argc != 4) {
    fmt::print(stderr, "usage: gcs_upload_bench DIRECTORY BUCKET THREADS\n");
    return 2;
  }
  const std::string_view count(argv[3]);
  std::from_chars(count.data(), count.data() + count.size(), threads);
  return github_stats::run(argv[1], argv[2], threads);
}
