// The part of the conformance suite that compares many loads in random order with a model in
// memory.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

#include "testing/random_seed.h"
#include "testing/warehouse_suite.h"

namespace github_stats {
namespace {

constexpr int kCollections = 24;
constexpr int kPullRequestCount = 6;
constexpr int kRenamed = 12;  // from this collection on "bolt" has another name

// One pull request as one collection saw it.
struct Version {
  std::string repo;
  std::string id;
  int64_t number = 0;
  int collected = 0;
  std::vector<std::pair<Stream, std::string>> details;

  std::string mark() const { return fmt::format("at {}", collected); }
  bool operator==(const Version&) const = default;
};

class RandomCollections {
 public:
  explicit RandomCollections(uint32_t seed) : random_(seed) {}

  int below(int bound) { return std::uniform_int_distribution(0, bound - 1)(random_); }

  std::vector<Version> collection(int collected) {
    std::vector<Version> seen;
    for (const char* const repo : {"anvil", "bolt"}) {
      const bool is_renamed = repo == std::string_view("bolt") && collected >= kRenamed;
      for (int number = 0; number < kPullRequestCount; ++number) {
        if (below(3) == 0) {
          seen.push_back({is_renamed ? "cog" : repo, fmt::format("{}/{}", repo, number), number,
                          collected, details(number)});
        }
      }
    }
    return seen;
  }

  // The rows of a version, some of them twice, and now and then a detail that belongs to no row.
  void add_rows(const Version& version, std::vector<TestRow>& rows) {
    TestRow row(Stream::kPullRequests, version.number);
    row.repo(version.repo).collected(version.collected).marked(version.mark());
    rows.push_back(row.set_text("id", version.id));
    for (const auto& [stream, id] : version.details) {
      TestRow detail(stream, version.number, id);
      detail.repo(version.repo).collected(version.collected).marked(version.mark());
      rows.insert(rows.end(), below(5) == 0 ? 2 : 1, detail);
    }
    if (below(4) == 0) {
      TestRow orphan(Stream::kCommits, version.number, "orphan");
      rows.push_back(orphan.repo(version.repo).collected(kCollections + 1));
    }
  }

  template <typename T>
  void shuffle(std::vector<T>& values) {
    std::ranges::shuffle(values, random_);
  }

 private:
  std::vector<std::pair<Stream, std::string>> details(int number) {
    std::vector<std::pair<Stream, std::string>> found;
    for (const Stream stream : kStreams) {
      for (int i = 0; i < 3 && stream != Stream::kPullRequests; ++i) {
        if (below(2) == 0) {
          found.emplace_back(stream, fmt::format("{}-{}", number, i));
        }
      }
    }
    return found;
  }

  std::mt19937 random_;
};

// What must be there: of each pull request the newest version loaded so far.
class Model {
 public:
  void load(const Version& version) {
    Version& kept = newest_[version.id];
    if (kept.repo.empty() || version.collected >= kept.collected) {
      kept = version;
    }
  }

  std::vector<std::string> contents() const {
    std::vector<std::string> all;
    for (const auto& [key, version] : newest_) {
      const std::string name = fmt::format("{}/{}", version.repo, version.number);
      all.push_back(fmt::format("{} {}", name, version.mark()));
      for (const auto& [stream, id] : version.details) {
        all.push_back(fmt::format("{} {}:{} {}", name, to_string(stream), id, version.mark()));
      }
    }
    std::ranges::sort(all);
    return all;
  }

 private:
  std::map<std::string, Version> newest_;  // by id
};

}  // namespace

TEST_P(WarehouseSuite, AgreesWithAModelWhateverTheOrderOfLoads) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  RandomCollections random(seed);
  std::vector<std::vector<Version>> collections;
  for (int i = 0; i < place_->rounds(kCollections); ++i) {
    collections.push_back(random.collection(i));
  }
  std::vector<size_t> order;
  for (size_t i = 0; i < collections.size(); ++i) {
    order.insert(order.end(), random.below(3) == 0 ? 2 : 1, i);  // some are loaded again
  }
  random.shuffle(order);

  Model model;
  while (!order.empty()) {
    std::vector<ChunkToLoad> batch;
    for (int count = 1 + random.below(3); count > 0 && !order.empty(); --count) {
      std::vector<TestRow> rows;
      for (const Version& version : collections[order.back()]) {
        model.load(version);
        random.add_rows(version, rows);
      }
      order.pop_back();
      random.shuffle(rows);
      std::ranges::move(chunks(rows), std::back_inserter(batch));
    }
    random.shuffle(batch);
    const auto loaded = load(batch);
    ASSERT_TRUE(loaded) << loaded.error().describe();
    ASSERT_EQ(contents(), model.contents());
  }
}

}  // namespace github_stats
