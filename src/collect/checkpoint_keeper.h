// The one writer of a collection's checkpoint.
//
// Google Cloud Storage takes about one write a second of one object, so changes are gathered and
// written at most once a second; each write is compare-and-swap, so that a second collector on the
// same checkpoint is noticed and stops.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "collect/checkpoint.h"
#include "store/object_store.h"

namespace github_stats {

class CheckpointKeeper {
 public:
  CheckpointKeeper(ObjectStore& store, Clock& clock) : store_(store), clock_(clock) {}

  // Writes a new collection's checkpoint. Its id is its start, to the second; while another
  // collection has that id, the start is moved on by a second.
  Status create(Checkpoint checkpoint);

  // Takes up an existing collection: from here on any other process that works on it fails at its
  // next write. not_found when there is none. Fails, and leaves it alone, when `check` (if any)
  // fails.
  Status open(std::string_view org, std::string_view collection_id,
              const std::function<Status(const Checkpoint&)>& check = {});

  // What the store has. Only the thread that calls write() may call this.
  const Checkpoint& stored() const { return stored_; }

  // Takes a repository's new progress; thread-safe. `index` is its place in the checkpoint.
  void update(size_t index, const RepositoryProgress& progress);

  // Writes what has changed when a second has passed since the last write.
  Status write_if_due();

  // Writes what has changed now. Sets `finished` when every repository is done.
  Status write();

  // Asks the store whether the collection is still this process's: precondition_failed when
  // another one has taken it up (open) since. Thread-safe.
  Status verify();

 private:
  Status open_once(std::string_view org, std::string_view collection_id,
                   const std::function<Status(const Checkpoint&)>& check);

  ObjectStore& store_;
  Clock& clock_;
  std::mutex mutex_;       // guards checkpoint_ and changed_
  Checkpoint checkpoint_;  // as it is to be written
  bool changed_ = false;
  Checkpoint stored_;
  std::mutex write_mutex_;  // held during a write; guards version_
  Version version_;
  Duration last_write_{0};
};

}  // namespace github_stats
