// The walk through one repository's pull requests: pages are listed newest change first, cut into
// batches whose details are fetched in any order, and put together again in order; chunks are
// written, and the position moves, when everything before it is safe.
//
// A pull request that changes during the walk moves to the front of the list, where a walk that has
// passed on does not see it. So a walk of more than one page is followed by a pass from the front
// down to the newest change seen when the walk began, and so on until a pass sees nothing new.
// These times are GitHub's own: no clock is compared with another.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/checkpoint.h"
#include "collect/chunk_writer.h"
#include "collect/written.h"
#include "extract/pull_request_page.h"
#include "extract/row_batch.h"
#include "store/object_store.h"

namespace github_stats {

struct WalkOptions {
  size_t batch_size = 21;                              // pull requests in a batch
  Duration longest_unsafe = std::chrono::seconds(30);  // rows wait no longer than this for a flush
};

// Not thread-safe: its owner locks it.
class RepositoryWalk {
 public:
  // Pull requests to fetch together.
  struct Batch {
    uint64_t number = 0;  // what the rows are handed back under
    std::vector<PullRequestRef> pull_requests;
  };

  // Goes on from `progress`, whose chunks are in the store.
  RepositoryWalk(RepositoryProgress progress, ObjectStore& store, const ChunkTarget& target,
                 Clock& clock, WalkOptions options);

  // True when there is a next page to list. One at a time: the page after it is not known before.
  bool wants_page() const { return !pass_listed_ && !done(); }

  // The cursor after which the next page is listed; empty: from the start.
  const std::string& next_cursor() const { return listed_.cursor; }

  // Takes the page that was listed after next_cursor(). Its batches are to be fetched; there may be
  // none.
  Result<std::vector<Batch>> add_page(PullRequestPage page);

  // Takes the rows of a batch, in any order of batches. Writes what has become complete.
  Status add_rows(uint64_t batch_number, RowBatch rows);

  // Batches given out or waiting for an earlier one.
  size_t outstanding() const { return next_batch_ - next_to_write_; }

  // Pull requests listed so far that are in the window, and how much of the window's time that is.
  int64_t listed() const { return listed_count_; }
  std::optional<Time> listed_down_to() const { return listed_down_to_; }

  bool done() const { return progress_.state == RepositoryState::kDone; }
  void mark_failed(std::string error);

  // What is safe. Changes only after chunks are. After a failure to write nothing more is taken.
  const RepositoryProgress& progress() const { return progress_; }
  const std::string& id() const { return progress_.id; }
  Written written() const;

 private:
  // A listed page and where the walk stands when all its batches are written.
  struct ListedPage {
    uint64_t end_batch = 0;  // the number after its last batch
    WalkPosition after;
    bool ends_pass = false;
  };

  void remember_front(const std::vector<PullRequestRef>& pull_requests);
  void drop_seen(std::vector<PullRequestRef>& pull_requests);
  std::vector<Batch> cut_into_batches(const std::vector<PullRequestRef>& pull_requests);
  Status advance();
  Status advance_pages();
  Status write_batch(const RowBatch& rows);
  Status finish_page(const ListedPage& page);
  Status flush_to(const WalkPosition& position);
  void end_pass(const ListedPage& page);
  void count_listed(const PullRequestPage& page);

  RepositoryProgress progress_;
  ChunkWriter writer_;
  Clock& clock_;
  const WalkOptions options_;

  WalkPosition listed_;       // where listing stands, ahead of progress_.position
  bool pass_listed_ = false;  // the last page of the pass has been listed
  // Those of this pass that changed at listed_.front, and those of the pass before: where this one
  // ends it meets them again.
  std::vector<PullRequestRef> front_;
  std::vector<PullRequestRef> seen_front_;
  bool found_new_ = true;  // in this pass; of a pass that is taken up again it is not known
  // Of the first pass, where it is seen from its beginning to the end of the list.
  std::optional<int64_t> total_;  // as GitHub counted when it began
  int64_t listed_whole_ = 0;      // all that was listed, older than the window or not
  int64_t unlisted_ = 0;          // how many more GitHub counted
  int64_t listed_count_ = 0;
  std::optional<Time> listed_down_to_;

  uint64_t next_batch_ = 0;               // the number of the next batch given out
  uint64_t next_to_write_ = 0;            // the first batch whose rows are not in writer_
  std::map<uint64_t, RowBatch> waiting_;  // rows whose turn has not come
  std::deque<ListedPage> pages_;          // listed, not finished
  Duration last_flush_;
  // What the writer has taken since the last flush.
  int64_t unsafe_pull_requests_ = 0;
  int64_t unsafe_vanished_ = 0;
  std::map<int64_t, OwedPullRequest> unsafe_owed_;
  std::set<int64_t> unsafe_whole_;
  std::optional<Error> broken_;  // why a write failed: what the writer holds is not known
  const size_t rows_per_chunk_;
  const std::array<int64_t, kStreams.size()> rows_before_;  // of earlier runs
};

}  // namespace github_stats
