// What the collector's tests share: a small GitHub, a store and a clock.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "collect/collector.h"
#include "collect/estimate.h"
#include "store/keys.h"
#include "testing/fake_clock.h"
#include "testing/fake_github.h"
#include "testing/memory_store.h"

namespace github_stats {

inline const Time kBase = *parse_time("2026-01-01T00:00:00Z");

// One token, waits without jitter.
inline GitHubClientOptions client_options() {
  GitHubClientOptions options{.graphql_url = "https://github.example/graphql",
                              .tokens = fixed_tokens({"t"})};
  options.random = [] { return 0.5; };
  return options;
}

// Reads a chunk line by line.
template <typename Visit>
void for_each_row(const std::string& chunk, const Visit& visit) {
  simdjson::dom::parser parser;
  for (size_t begin = 0; begin < chunk.size();) {
    const size_t end = chunk.find('\n', begin);
    ASSERT_NE(end, std::string::npos) << "the last line is not ended";
    visit(simdjson::dom::element(parser.parse(chunk.substr(begin, end - begin))));
    begin = end + 1;
  }
}

class CollectorTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.init()); }

  // `count` pull requests, number n changed n minutes after kBase.
  void add_repository(const std::string& name, int count) {
    github_.add_repository(name);
    for (int number = 1; number <= count; ++number) {
      github_.put(name, {number, kBase + std::chrono::minutes(number), "v1"});
    }
  }

  Result<CollectionReport> start(size_t workers = 4, std::vector<std::string> include = {}) {
    return collector(workers, [&](Collector& collector) {
      CollectionRequest request = this->request();
      request.filter.include = std::move(include);
      return collector.start(request, stop_.get_token());
    });
  }

  Result<CollectionEstimate> estimate() {
    return with_fetcher([&](Fetcher& fetcher) {
      return estimate_collection(fetcher, store_, request(), stop_.get_token());
    });
  }

  Result<CollectionReport> resume(const std::string& id, size_t workers = 4) {
    return collector(workers, [&](Collector& collector) {
      return collector.resume("Acme", id, stop_.get_token());
    });
  }

  // The run is interrupted when it asks for details for the n-th time.
  void stop_at_details(int n) {
    github_.intercept(
        [this, n](const FakeGitHub::Call& call) -> std::optional<Result<HttpResponse>> {
          if (call.asks("Details") && github_.calls("Details") == n) {
            stop_.request_stop();
          }
          return std::nullopt;
        });
  }

  // repository/number → title of the newest row in chunks that the checkpoint explains; "null" for
  // none.
  std::map<std::string, std::string> collected(const Checkpoint& checkpoint) {
    std::map<std::string, std::string> titles;
    for (const RepositoryProgress& repository : checkpoint.repositories) {
      for (int64_t n = repository.first_chunk[0]; n < repository.chunks[0]; ++n) {
        const ChunkKey key{checkpoint.org,           repository.name,
                           Stream::kPullRequests,    format_date(checkpoint.started_at),
                           checkpoint.collection_id, n};
        const auto object = store_.get(key.to_string());
        if (!object) {
          ADD_FAILURE() << "missing: " << key.to_string();
          continue;
        }
        add_titles(repository.name, object->bytes, titles);
      }
    }
    return titles;
  }

  std::set<std::string> numbers_of(const std::map<std::string, std::string>& titles) {
    std::set<std::string> numbers;
    for (const auto& [name, title] : titles) {
      numbers.insert(name);
    }
    return numbers;
  }

  std::set<std::string> all_of(const std::string& repository, int count) {
    std::set<std::string> numbers;
    for (int number = 1; number <= count; ++number) {
      numbers.insert(fmt::format("{}/{}", repository, number));
    }
    return numbers;
  }

  FakeClock clock_;
  FakeGitHub github_;
  MemoryStore store_;
  std::stop_source stop_;
  bool begins_history_ = true;
  bool from_watermarks_ = false;
  std::optional<Duration> window_;  // nothing: back to kBase
  Privacy privacy_ = Privacy::kFull;
  std::shared_ptr<const Pseudonyms> pseudonyms_;
  ProgressObserver observe_ = [](const CollectionProgress&) {};

 private:
  CollectionRequest request() {
    CollectionRequest request{"acme", "backfill", window_.value_or(clock_.now() - kBase)};
    request.begins_history = begins_history_;
    request.from_watermarks = from_watermarks_;
    return request;
  }

  template <typename Call>
  std::invoke_result_t<Call, Fetcher&> with_fetcher(const Call& call) {
    RateLimiter limiter(clock_, {});
    GitHubClient client(github_, limiter, clock_, client_options());
    Fetcher fetcher(client, 100);
    return call(fetcher);
  }

  template <typename Call>
  Result<CollectionReport> collector(size_t workers, const Call& call) {
    return with_fetcher([&](Fetcher& fetcher) {
      CollectorOptions options{.max_workers = workers, .rows_per_chunk = 100};
      options.privacy = privacy_;
      options.pseudonyms = pseudonyms_;
      Collector collector(fetcher, store_, clock_, options, observe_);
      return call(collector);
    });
  }

  static void add_titles(const std::string& repository, const std::string& chunk,
                         std::map<std::string, std::string>& titles) {
    for_each_row(chunk, [&](const simdjson::dom::element& row) {
      const simdjson::dom::element title = row["title"];
      titles[fmt::format("{}/{}", repository, int64_t(row["number"]))] =
          title.is_null() ? "null" : std::string(std::string_view(title));
    });
  }
};

}  // namespace github_stats
