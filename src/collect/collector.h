// Collects an organisation: which repositories, with how many workers, into which chunks, and how a
// collection that stopped goes on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/checkpoint.h"
#include "collect/repository_filter.h"
#include "collect/watermarks.h"
#include "collect/written.h"
#include "extract/fetcher.h"
#include "extract/pseudonyms.h"
#include "store/object_store.h"

namespace github_stats {

struct CollectorOptions {
  size_t max_workers = 10;
  size_t rows_per_chunk = 100;
  // Write chunks as gzip. A chunk's number must never exist both as .json and as .json.gz: put if
  // absent would no longer keep two processes apart. So a collection stays as it began.
  bool compress = false;
  std::string github = {};  // its address, GITHUB_API_URL
  Privacy privacy = Privacy::kFull;
  // There when privacy is kHashed; without that, for a resume of a collection that hashes people.
  std::shared_ptr<const Pseudonyms> pseudonyms = nullptr;
  // Called with the collection's id as soon as there is one; may be none.
  std::function<void(std::string_view)> on_begun = nullptr;
};

struct CollectionRequest {
  std::string org;      // as the user typed it
  std::string command;  // "backfill", "collect" or "scheduled", for the checkpoint
  Duration window{0};   // how far back, from GitHub's now
  // Whether the window may begin a repository's history: what is older is not wanted, and the next
  // collection goes on from here. Otherwise only watermarks that there are move.
  bool begins_history = true;
  // Each repository goes on from its watermark, where it has one, however long ago that is;
  // `window` is for those that have none.
  bool from_watermarks = false;
  RepositoryFilter filter;
};

// Where a collection stands; for a display.
struct CollectionProgress {
  int64_t repositories = 0;
  int64_t repositories_done = 0;
  int64_t repositories_failed = 0;
  int64_t pull_requests = 0;           // fetched
  int64_t pull_requests_expected = 0;  // an estimate that gets better
  int64_t rows = 0;
  Written written;
  Duration elapsed{0};
};

using ProgressObserver = std::function<void(const CollectionProgress&)>;

struct CollectionReport {
  Checkpoint checkpoint;            // as last written
  SelectionCounts selection;        // zeros for a resumed collection
  std::vector<std::string> hidden;  // GitHub's reasons for repositories it listed without content
  bool interrupted = false;         // told to stop; can be resumed
  // What ended the run early, although repositories were left: GitHub's limit, a full disk, a
  // refused token. The checkpoint says how far it came.
  std::optional<Error> failure;

  // Repositories that failed by themselves.
  std::vector<const RepositoryProgress*> failed() const;
};

class Collector {
 public:
  // `observe` is called about ten times a second by the thread that runs the collection.
  Collector(Fetcher& fetcher, ObjectStore& store, Clock& clock, CollectorOptions options,
            ProgressObserver observe);

  // Starts a collection and runs it to its end. Fails before anything is written when the
  // organisation can't be listed or no repository matches the filter; afterwards the report tells.
  // Watermarks of what was collected are moved at the end.
  Result<CollectionReport> start(const CollectionRequest& request, std::stop_token stop);

  // Goes on with a collection: repositories that are not done, failed ones included, from where
  // their chunks end. invalid_argument when it was begun at another GitHub or in another store, or
  // hashes people with another key. It keeps to the privacy that it was begun with.
  // Chunks that the checkpoint does not explain are removed first; a repository
  // whose chunks are gone begins anew.
  Result<CollectionReport> resume(std::string_view org, std::string_view collection_id,
                                  std::stop_token stop);

 private:
  // What a watermark is moved by.
  struct Covered {
    std::string id;
    Watermark watermark;
    bool begins_history = false;
    bool keeps_name =
        false;  // rows of it are of an earlier run; some under another name may have come since
  };

  void begun(const Checkpoint& checkpoint) const;
  CollectionSettings settings_now() const;

  // Whether a collection that was begun so can go on now, and with which options.
  Status check_resumable(const CollectionSettings& begun) const;
  CollectorOptions options_of(const CollectionSettings& begun) const;

  // Moves the watermarks by what the report says is done, and by `covered`. `begun_before`: ids of
  // repositories that an earlier run did, in part at least.
  CollectionReport finish(CollectionReport report, std::vector<Covered> covered,
                          const std::set<std::string>& begun_before);
  Status move_watermarks(const Checkpoint& checkpoint, std::vector<Covered> covered,
                         const std::set<std::string>& begun_before);

  Fetcher& fetcher_;
  ObjectStore& store_;
  Clock& clock_;
  const CollectorOptions options_;
  const ProgressObserver observe_;
};

}  // namespace github_stats
