#include "testing/object_store_suite.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "testing/random_seed.h"

namespace github_stats {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The name of the failure's code, or "ok".
std::string_view outcome(const Status& status) {
  return status ? "ok" : to_string(status.error().code);
}
template <typename T>
std::string_view outcome(const Result<T>& result) {
  return result ? "ok" : to_string(result.error().code);
}

Version put(ObjectStore& store, std::string_view key, std::string_view bytes) {
  auto version = store.put(key, bytes, Precondition::none());
  EXPECT_TRUE(version) << key << ": " << version.error().describe();
  return version.value_or(Version{});
}

// The object's bytes, or a word for its absence.
std::string bytes_of(ObjectStore& store, std::string_view key) {
  const auto object = store.get(key);
  return object ? object->bytes : std::string(to_string(object.error().code));
}

std::vector<std::string> keys_of(ObjectStore& store, std::string_view prefix) {
  std::vector<std::string> keys;
  const Status status = store.list(prefix, [&](const ObjectInfo& info) {
    keys.push_back(info.key);
    return true;
  });
  EXPECT_TRUE(status) << prefix << ": " << status.error().describe();
  return keys;
}

std::vector<std::string> folders_of(ObjectStore& store, std::string_view prefix) {
  const auto folders = store.list_folders(prefix);
  EXPECT_TRUE(folders) << prefix << ": " << folders.error().describe();
  return folders.value_or(std::vector<std::string>{});
}

// Runs `work(i)` on `count` threads that begin together.
void race(int count, const std::function<void(int)>& work) {
  std::latch start(count);
  std::vector<std::jthread> threads;
  threads.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      work(i);
    });
  }
}

std::vector<std::string> bad_keys() {
  using std::string_literals::operator""s;
  return {"",
          "/",
          "/a",
          "a/",
          "a//b",
          ".",
          "..",
          "a/./b",
          "a/../b",
          "../a",
          "a/..",
          "a/\xed\xa0\x80",
          "a\\b",
          "a\nb",
          "a\x7f"s,
          "a\0b"s,
          "a/\xff/b"s,
          "a\xc2\x85"s,
          "\xc0\xaf"s,
          ".hidden",
          ".github-stats/lock",
          std::string(1025, 'a')};
}

}  // namespace

void ObjectStoreSuite::SetUp() {
  const Status status = store_.init();
  ASSERT_TRUE(status) << status.error().describe();
}

TEST_P(ObjectStoreSuite, BeforeInitThereIsNothingAndNothingCanBePut) {
  const auto place = GetParam()();
  ObjectStore& absent = place->store();
  EXPECT_EQ(outcome(absent.put("a", "x", Precondition::none())), "not_found");
  EXPECT_EQ(outcome(absent.get("a")), "not_found");
  EXPECT_TRUE(absent.remove("a"));
  EXPECT_THAT(keys_of(absent, ""), IsEmpty());
  EXPECT_THAT(folders_of(absent, ""), IsEmpty());
}

TEST_P(ObjectStoreSuite, InitMayBeRepeatedAndKeepsWhatIsThere) {
  put(store_, "a/b", "kept");
  EXPECT_TRUE(store_.init());
  EXPECT_TRUE(second_.init());
  EXPECT_EQ(bytes_of(store_, "a/b"), "kept");
}

TEST_P(ObjectStoreSuite, HasAName) { EXPECT_FALSE(store_.name().empty()); }

TEST_P(ObjectStoreSuite, GetGivesWhatWasPut) {
  using std::string_literals::operator""s;
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) {
    every_byte += static_cast<char>(byte);
  }
  for (const std::string& bytes : {""s, "x"s, "two\nlines\n"s, "\0"s, every_byte}) {
    const Version version = put(store_, "acme/web/x.json", bytes);
    const auto object = second_.get("acme/web/x.json");
    ASSERT_TRUE(object) << object.error().describe();
    EXPECT_EQ(object->bytes, bytes);
    EXPECT_EQ(object->version, version);
  }
}

TEST_P(ObjectStoreSuite, KeepsALargeObject) {
  std::mt19937 random(1);
  std::string large(8U << 20U, '\0');
  std::generate(large.begin(), large.end(), [&] { return static_cast<char>(random()); });
  const Version version = put(store_, "large", large);
  const auto object = second_.get("large");
  ASSERT_TRUE(object);
  EXPECT_TRUE(object->bytes == large);
  EXPECT_EQ(object->version, version);
}

TEST_P(ObjectStoreSuite, TakesEveryKindOfKey) {
  const std::string deep = [] {
    std::string key = "deep";
    while (key.size() + 5 <= 1024) {
      key += "/part";
    }
    return key;
  }();
  const std::vector<std::string> keys = {"x",      "acme/.github/x",    "acme/a b/x", "a/..b/c...",
                                         "-",      "acme/naïve/日本/😀", "_/_",        "a/#?*[x]:&%",
                                         "A/B/C",  "acme/x.json.gz",    deep,         "b/~tmp",
                                         "c/put-1"};
  for (const std::string& key : keys) {
    put(store_, key, key);
  }
  for (const std::string& key : keys) {
    EXPECT_EQ(bytes_of(second_, key), key);
    EXPECT_THAT(keys_of(store_, key), ElementsAre(key));
  }
}

TEST_P(ObjectStoreSuite, RefusesBadKeysAndTouchesNothing) {
  for (const std::string& key : bad_keys()) {
    SCOPED_TRACE(testing::PrintToString(key.substr(0, 40)));
    EXPECT_EQ(outcome(store_.put(key, "x", Precondition::none())), "invalid_argument");
    EXPECT_EQ(outcome(store_.get(key)), "invalid_argument");
    EXPECT_EQ(outcome(store_.remove(key)), "invalid_argument");
  }
  EXPECT_THAT(keys_of(store_, ""), IsEmpty());
}

TEST_P(ObjectStoreSuite, PutReplacesTheWholeObject) {
  const Version first = put(store_, "a", "a long first content");
  const Version second = put(store_, "a", "short");
  EXPECT_NE(first, second);
  EXPECT_EQ(bytes_of(store_, "a"), "short");
}

TEST_P(ObjectStoreSuite, PutAbsentSucceedsOnceOnly) {
  EXPECT_TRUE(store_.put("a/b", "first", Precondition::absent()));
  EXPECT_EQ(outcome(second_.put("a/b", "second", Precondition::absent())), "already_exists");
  EXPECT_EQ(bytes_of(store_, "a/b"), "first");
  EXPECT_TRUE(store_.remove("a/b"));
  EXPECT_TRUE(second_.put("a/b", "third", Precondition::absent()));
  EXPECT_EQ(bytes_of(store_, "a/b"), "third");
}

TEST_P(ObjectStoreSuite, PutUnchangedNeedsTheCurrentVersion) {
  const Version first = put(store_, "a", "1");
  const auto second = second_.put("a", "2", Precondition::unchanged(first));
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_EQ(outcome(store_.put("a", "3", Precondition::unchanged(first))), "precondition_failed");
  EXPECT_EQ(bytes_of(store_, "a"), "2");
  EXPECT_TRUE(store_.put("a", "4", Precondition::unchanged(*second)));
  EXPECT_EQ(bytes_of(store_, "a"), "4");
}

TEST_P(ObjectStoreSuite, PutUnchangedFailsWhenTheObjectIsGone) {
  const Version version = put(store_, "a", "1");
  EXPECT_TRUE(store_.remove("a"));
  EXPECT_EQ(outcome(store_.put("a", "2", Precondition::unchanged(version))), "precondition_failed");
  EXPECT_EQ(outcome(store_.put("never/there", "2", Precondition::unchanged(version))),
            "precondition_failed");
  EXPECT_THAT(keys_of(store_, ""), IsEmpty());
}

TEST_P(ObjectStoreSuite, AFailedPutLeavesTheStoreAsItWas) {
  const Version version = put(store_, "a", "1");
  EXPECT_FALSE(store_.put("a", "2", Precondition::absent()));
  EXPECT_FALSE(store_.put("a", "2", Precondition::unchanged(Version{"never"})));
  EXPECT_EQ(store_.get("a")->version, version);
  EXPECT_THAT(keys_of(store_, ""), ElementsAre("a"));
}

TEST_P(ObjectStoreSuite, OfManyPutsAbsentExactlyOneWins) {
  for (int round = 0; round < 20; ++round) {
    const std::string key = fmt::format("race/{}/x", round);
    std::atomic<int> winner = -1;
    std::atomic<int> winners = 0;
    race(8, [&](int i) {
      ObjectStore& store = i % 2 == 0 ? store_ : second_;
      const auto version = store.put(key, std::to_string(i), Precondition::absent());
      if (version) {
        winner = i;
        ++winners;
      } else {
        EXPECT_EQ(outcome(version), "already_exists") << version.error().describe();
      }
    });
    EXPECT_EQ(winners, 1);
    EXPECT_EQ(bytes_of(store_, key), std::to_string(winner));
  }
}

TEST_P(ObjectStoreSuite, OfManyPutsUnchangedExactlyOneWins) {
  Version version = put(store_, "race", "start");
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> winners = 0;
    race(8, [&](int i) {
      ObjectStore& store = i % 2 == 0 ? store_ : second_;
      const auto next =
          store.put("race", fmt::format("{} {}", round, i), Precondition::unchanged(version));
      if (next) {
        ++winners;
      } else {
        EXPECT_EQ(outcome(next), "precondition_failed") << next.error().describe();
      }
    });
    EXPECT_EQ(winners, 1);
    version = store_.get("race")->version;
  }
}

TEST_P(ObjectStoreSuite, CountsRightWhenManyIncrementWithRetries) {
  put(store_, "count", "0");
  race(4, [&](int i) {
    ObjectStore& store = i % 2 == 0 ? store_ : second_;
    for (int done = 0; done < 10;) {
      const auto object = store.get("count");
      ASSERT_TRUE(object);
      const std::string next = std::to_string(std::stoi(object->bytes) + 1);
      done += store.put("count", next, Precondition::unchanged(object->version)) ? 1 : 0;
    }
  });
  EXPECT_EQ(bytes_of(store_, "count"), "40");
}

TEST_P(ObjectStoreSuite, ReadersNeverSeeAPart) {
  const std::string ones(200'000, '1');
  const std::string twos(300'000, '2');
  put(store_, "a/b", ones);
  race(4, [&](int i) {
    for (int round = 0; round < 20; ++round) {
      if (i < 2) {
        put(i == 0 ? store_ : second_, "a/b", i == 0 ? ones : twos);
      } else {
        const auto object = second_.get("a/b");
        ASSERT_TRUE(object) << object.error().describe();
        EXPECT_TRUE(object->bytes == ones || object->bytes == twos) << object->bytes.size();
      }
    }
  });
}

TEST_P(ObjectStoreSuite, PutsAndRemovesInOneFolderDoNotDisturbEachOther) {
  race(4, [&](int i) {
    ObjectStore& store = i % 2 == 0 ? store_ : second_;
    const std::string key = fmt::format("a/b/c/{}", i);
    for (int round = 0; round < 25; ++round) {
      const auto version = store.put(key, "x", Precondition::absent());
      ASSERT_TRUE(version) << version.error().describe();
      EXPECT_TRUE(store.remove(key));
    }
  });
  EXPECT_THAT(folders_of(store_, ""), IsEmpty());
}

TEST_P(ObjectStoreSuite, RemoveRemovesThatObjectOnly) {
  put(store_, "a/b/c", "1");
  put(store_, "a/b/d", "2");
  EXPECT_TRUE(store_.remove("a/b/c"));
  EXPECT_EQ(outcome(store_.get("a/b/c")), "not_found");
  EXPECT_EQ(bytes_of(second_, "a/b/d"), "2");
}

TEST_P(ObjectStoreSuite, RemovingWhatIsNotThereSucceeds) {
  put(store_, "a/b/c", "1");
  for (const std::string_view key : {"a/b/x", "x", "x/y/z", "a/b", "a/b/c/d"}) {
    EXPECT_TRUE(store_.remove(key)) << key;
  }
  EXPECT_EQ(bytes_of(store_, "a/b/c"), "1");
}

TEST_P(ObjectStoreSuite, RemoveUnchangedNeedsTheCurrentVersion) {
  const Version first = put(store_, "a/b", "1");
  const Version second = put(second_, "a/b", "2");
  EXPECT_EQ(outcome(store_.remove("a/b", Precondition::unchanged(first))), "precondition_failed");
  EXPECT_EQ(bytes_of(store_, "a/b"), "2");
  EXPECT_EQ(outcome(store_.remove("a/b", Precondition::absent())), "invalid_argument");
  EXPECT_TRUE(store_.remove("a/b", Precondition::unchanged(second)));
  EXPECT_EQ(bytes_of(store_, "a/b"), "not_found");
  EXPECT_TRUE(store_.remove("a/b", Precondition::unchanged(second)));
  EXPECT_TRUE(store_.remove("never/there", Precondition::unchanged(second)));
}

TEST_P(ObjectStoreSuite, AFolderIsNoObject) {
  put(store_, "a/b/c", "1");
  EXPECT_EQ(outcome(store_.get("a/b")), "not_found");
  EXPECT_EQ(outcome(store_.get("a/b/c/d")), "not_found");
}

TEST_P(ObjectStoreSuite, ListGivesKeysAndSizesInTheOrderOfBytes) {
  put(store_, "a/b", "1");
  put(store_, "a-b", "22");
  put(store_, "a.b/c", "333");
  put(store_, "a0", "");
  put(store_, "a/b-c/d", "55555");
  put(store_, "a/b.c", "666666");
  std::vector<std::string> seen;
  const Status status = store_.list("", [&](const ObjectInfo& info) {
    seen.push_back(fmt::format("{} {}", info.key, info.size));
    return true;
  });
  ASSERT_TRUE(status);
  EXPECT_THAT(seen, ElementsAre("a-b 2", "a.b/c 3", "a/b 1", "a/b-c/d 5", "a/b.c 6", "a0 0"));
}

TEST_P(ObjectStoreSuite, ListTakesAnyPrefix) {
  using std::string_literals::operator""s;
  for (const std::string_view key : {"acme/api/x", "acme/web/x", "acme/web/y", "acme/web2/x"}) {
    put(store_, key, "1");
  }
  EXPECT_THAT(keys_of(store_, "acme/web/"), ElementsAre("acme/web/x", "acme/web/y"));
  EXPECT_THAT(keys_of(store_, "acme/web"), ElementsAre("acme/web/x", "acme/web/y", "acme/web2/x"));
  EXPECT_THAT(keys_of(store_, "acme/web/y"), ElementsAre("acme/web/y"));
  EXPECT_EQ(keys_of(store_, "ac").size(), 4U);
  for (const std::string& prefix :
       {"b"s, "acme/web/x/"s, "acme/web/xx"s, "/"s, "../"s, "acme/../"s, "acme//"s, "."s,
        ".github-stats/"s, "acme\0"s, "a\0/"s, "\xff"s, "acme/\xff/"s, std::string(2000, 'a'),
        std::string(300, 'a') + "/"}) {
    EXPECT_THAT(keys_of(store_, prefix), IsEmpty()) << testing::PrintToString(prefix);
  }
}

TEST_P(ObjectStoreSuite, ListStopsWhenTheVisitorHadEnough) {
  for (const std::string_view key : {"a", "b/c", "b/d", "e"}) {
    put(store_, key, "1");
  }
  std::vector<std::string> seen;
  EXPECT_TRUE(store_.list("", [&](const ObjectInfo& info) {
    seen.push_back(info.key);
    return seen.size() < 2;
  }));
  EXPECT_THAT(seen, ElementsAre("a", "b/c"));
}

TEST_P(ObjectStoreSuite, TheVisitorMayChangeTheStore) {
  for (int i = 0; i < 30; ++i) {
    put(store_, fmt::format("a/{}/x", i), "1");
  }
  EXPECT_TRUE(store_.list("a/", [&](const ObjectInfo& info) {
    EXPECT_TRUE(store_.remove(info.key));
    put(store_, "b/" + info.key, "2");
    return true;
  }));
  EXPECT_THAT(keys_of(store_, "a/"), IsEmpty());
  EXPECT_EQ(keys_of(store_, "b/").size(), 30U);
}

TEST_P(ObjectStoreSuite, ListFoldersGivesTheNextPartsOfDeeperKeys) {
  for (const std::string_view key :
       {"acme/web/x", "acme/web/y/z", "acme/a-b/x", "acme/a/x", "acme/file", "top"}) {
    put(store_, key, "1");
  }
  EXPECT_THAT(folders_of(store_, ""), ElementsAre("acme"));
  EXPECT_THAT(folders_of(store_, "acme/"), ElementsAre("a", "a-b", "web"));
  EXPECT_THAT(folders_of(store_, "acme/web/"), ElementsAre("y"));
  EXPECT_THAT(folders_of(store_, "acme/web/y/"), IsEmpty());
  EXPECT_THAT(folders_of(store_, "nobody/"), IsEmpty());
  EXPECT_THAT(folders_of(store_, "../"), IsEmpty());
  EXPECT_EQ(outcome(store_.list_folders("acme")), "invalid_argument");
}

TEST_P(ObjectStoreSuite, AFolderGoesWithItsLastObject) {
  put(store_, "acme/web/x/y", "1");
  put(store_, "acme/api/x", "1");
  EXPECT_TRUE(store_.remove("acme/web/x/y"));
  EXPECT_THAT(folders_of(store_, "acme/"), ElementsAre("api"));
}

// A key of a few parts over an alphabet around "/", so that orders that differ show.
std::string random_key(std::mt19937& random) {
  constexpr std::string_view kAlphabet = "a-.0A_~";
  std::string key = "k";
  const auto length = random() % 10;
  for (size_t i = 0; i < length; ++i) {
    key += random() % 4 == 0 ? "/k" : std::string(1, kAlphabet[random() % kAlphabet.size()]);
  }
  return key;
}

bool is_or_has_folder(const std::set<std::string>& keys, const std::string& key) {
  return std::any_of(keys.begin(), keys.end(), [&](const std::string& other) {
    return key.starts_with(other + "/") || other.starts_with(key + "/");
  });
}

TEST_P(ObjectStoreSuite, ListAgreesWithASortedSetOfRandomKeys) {
  const uint32_t seed = random_seed();
  SCOPED_TRACE(fmt::format("GITHUB_STATS_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  std::set<std::string> keys;
  for (int i = 0; i < 150; ++i) {
    const std::string key = random_key(random);
    if (!is_or_has_folder(keys, key)) {
      keys.insert(key);
      put(store_, key, key);
    }
  }
  EXPECT_EQ(keys_of(second_, ""), std::vector<std::string>(keys.begin(), keys.end()));
  for (int i = 0; i < 30; ++i) {
    const std::string whole = random_key(random);
    const std::string prefix = whole.substr(0, random() % (whole.size() + 1));
    std::vector<std::string> expected;
    std::copy_if(keys.begin(), keys.end(), std::back_inserter(expected),
                 [&](const std::string& key) { return key.starts_with(prefix); });
    EXPECT_EQ(keys_of(second_, prefix), expected) << prefix;
  }
}

TEST_P(ObjectStoreSuite, LocationNamesTheObject) {
  put(store_, "acme/web/x", "1");
  EXPECT_TRUE(store_.location("acme/web/x").ends_with("acme/web/x"));
}

}  // namespace github_stats
