// Looks on at what several processes write to one store: nothing that one of them has said may be
// lost by another's writing.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "collect/checkpoint.h"
#include "collect/lease_document.h"
#include "collect/watermarks.h"
#include "store/keys.h"
#include "testing/memory_store.h"

namespace github_stats {

// How often what the interleavings are about has happened.
struct Happened {
  int refused = 0;                    // the lease was held
  int taken_over = 0;                 // from a process that was asleep
  int followed = 0;                   // from one that was dead
  int shared = 0;                     // collections that two processes have written to
  int stale_writes = 0;               // of a process that has not got the lease any more
  std::map<std::string, int> fenced;  // such writes that were refused, by what they would have done
};

class Watch {
 public:
  Watch(MemoryStore& store, Happened& happened) : store_(store), happened_(happened) {}

  // Every chunk that a checkpoint ever explained, with the content it had then.
  const std::map<std::string, std::string>& explained() const { return explained_; }
  // Who has written a collection's checkpoint.
  const std::map<std::string, std::set<int64_t>>& writers() const { return writers_; }

  // `before`: what was there, null for nothing.
  void written(int64_t caller, const std::string& key, const std::string* before,
               std::string_view bytes) {
    if (parse_checkpoint_key(key)) {
      check_checkpoint(caller, before, *decode_checkpoint(bytes));
    } else if (key == watermarks_key("Acme") && before != nullptr) {
      check_watermarks(caller, *decode_watermarks(*before), *decode_watermarks(bytes));
    } else if (parse_chunk_key(key)) {
      EXPECT_FALSE(explained_.contains(key)) << caller << " has written " << key << " anew";
    }
  }

  void removed(int64_t caller, const std::string& key) {
    EXPECT_FALSE(explained_.contains(key)) << caller << " has removed " << key;
  }

  // What somebody has tried to write ("put" or "remove").
  void tried(int64_t caller, const std::string& key, const std::string& what, bool succeeded) {
    const auto lease = store_.get(lease_key("Acme"));
    if (key == lease_key("Acme") || (lease && decode_lease(lease->bytes)->process.id == caller)) {
      return;
    }
    ++happened_.stale_writes;
    if (!succeeded) {
      ++happened_.fenced[what + (parse_chunk_key(key)        ? " chunk"
                                 : parse_checkpoint_key(key) ? " checkpoint"
                                                             : " watermarks")];
    }
  }

 private:
  void check_checkpoint(int64_t caller, const std::string* before, const Checkpoint& now) {
    writers_[now.collection_id].insert(caller);
    if (before != nullptr) {
      const Checkpoint was = *decode_checkpoint(*before);
      EXPECT_GE(now.run, was.run) << caller << " lost another process's run";
      ASSERT_EQ(now.repositories.size(), was.repositories.size());
      for (size_t i = 0; i < now.repositories.size(); ++i) {
        for (size_t stream = 0; stream < kStreams.size(); ++stream) {
          EXPECT_GE(now.repositories[i].chunks[stream], was.repositories[i].chunks[stream])
              << caller << " lost chunks of " << now.repositories[i].name;
        }
      }
    }
    for (const RepositoryProgress& repository : now.repositories) {
      explain(caller, now, repository);
    }
  }

  void explain(int64_t caller, const Checkpoint& checkpoint, const RepositoryProgress& repository) {
    const auto objects = store_.objects();
    for (const Stream stream : kStreams) {
      const auto index = static_cast<size_t>(stream);
      for (int64_t n = repository.first_chunk[index]; n < repository.chunks[index]; ++n) {
        const ChunkKey chunk{checkpoint.org,
                             repository.name,
                             stream,
                             format_date(checkpoint.started_at),
                             checkpoint.collection_id,
                             n};
        const std::string key = chunk.to_string();
        const auto found = objects.find(key);
        if (found == objects.end()) {
          ADD_FAILURE() << caller << " explains what is not there: " << key;
          continue;
        }
        const auto known = explained_.emplace(key, found->second).first;
        EXPECT_EQ(known->second, found->second) << key << " has changed";
      }
    }
  }

  static void check_watermarks(int64_t caller, const Watermarks& was, const Watermarks& now) {
    for (const auto& [id, watermark] : was.all()) {
      const Watermark* found = now.find(id);
      ASSERT_NE(found, nullptr) << caller << " lost the watermark of " << id;
      EXPECT_GE(found->until, watermark.until) << caller << " set back the watermark of " << id;
    }
  }

  MemoryStore& store_;
  Happened& happened_;
  std::map<std::string, std::string> explained_;
  std::map<std::string, std::set<int64_t>> writers_;
};

// A process's calls of a store, watched.
class WatchedStore : public ObjectStore {
 public:
  WatchedStore(MemoryStore& store, Watch& watch, int64_t caller)
      : store_(store), watch_(watch), caller_(caller) {}

  std::string name() const override { return store_.name(); }
  Status init() override { return store_.init(); }
  Result<Version> put(std::string_view key, std::string_view bytes,
                      const Precondition& precondition) override {
    const auto before = store_.get(key);
    auto version = store_.put(key, bytes, precondition);
    watch_.tried(caller_, std::string(key), "put", version.has_value());
    if (version) {
      watch_.written(caller_, std::string(key), before ? &before->bytes : nullptr, bytes);
    }
    return version;
  }
  Result<Object> get(std::string_view key) override { return store_.get(key); }
  Status list(std::string_view prefix,
              const std::function<bool(const ObjectInfo&)>& visit) override {
    return store_.list(prefix, visit);
  }
  Result<std::vector<std::string>> list_folders(std::string_view prefix) override {
    return store_.list_folders(prefix);
  }
  using ObjectStore::remove;
  Status remove(std::string_view key, const Precondition& precondition) override {
    const bool was_there = store_.get(key).has_value();
    Status removed = store_.remove(key, precondition);
    watch_.tried(caller_, std::string(key), "remove", removed.has_value());
    if (removed && was_there) {
      watch_.removed(caller_, std::string(key));
    }
    return removed;
  }
  std::string location(std::string_view key) const override { return store_.location(key); }

 private:
  MemoryStore& store_;
  Watch& watch_;
  const int64_t caller_;
};

}  // namespace github_stats
