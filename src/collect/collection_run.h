// The workers of one collection.
//
// What a worker does next, in this order: fetch the details of a batch, list another page of a
// repository that is under way when few batches wait, begin another repository. Large repositories
// begin first. Requests of one repository run side by side like those of many, so that one large
// repository does not make the others' workers wait.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/checkpoint_keeper.h"
#include "collect/collector.h"
#include "collect/repository_walk.h"
#include "extract/fetcher.h"
#include "store/object_store.h"

namespace github_stats {

class CollectionRun {
 public:
  // `sizes`: pull requests in all of each repository of the checkpoint, where known (else empty):
  // which to begin with, and the first estimate.
  CollectionRun(Fetcher& fetcher, ObjectStore& store, Clock& clock, CheckpointKeeper& keeper,
                const CollectorOptions& options, std::vector<int64_t> sizes);

  // Works until everything is done, has failed, or `stop` is requested; writes the checkpoint
  // meanwhile and at the end. Gives what ended it early, if anything did.
  std::optional<Error> run(const ProgressObserver& observe, std::stop_token stop);

 private:
  // A repository under way. `walk` is guarded by `mutex`; everything else by the run's mutex_,
  // which may be taken while `mutex` is held, never the other way round (chunks are written under
  // `mutex`).
  struct Active {
    size_t index = 0;  // its place in the checkpoint
    std::mutex mutex;
    std::unique_ptr<RepositoryWalk> walk;

    size_t tasks = 0;        // in workers' hands or waiting
    size_t outstanding = 0;  // batches given out whose rows are not written
    bool wants_page = false;
    bool listing = false;  // a worker has the next page in hand
    bool ended = false;    // done or failed: what is left of it is dropped
    bool failed = false;
    int64_t pull_requests = 0;  // fetched
    int64_t rows = 0;
    int64_t expected = 0;  // pull requests in all, an estimate
  };
  using ActivePointer = std::shared_ptr<Active>;

  struct Task {
    enum class Kind { kBegin, kList, kFetch } kind;
    ActivePointer active;
    RepositoryWalk::Batch batch;
  };

  void work();
  std::optional<Task> next_task();
  std::optional<Task> choose_task();
  ActivePointer choose_walk_to_list() const;
  void settle(const Task& task, const Status& status);

  // Each gives a failure that ends the run; those of a repository end in `end_repository`.
  Status perform(const Task& task);
  Status begin(Active& active, bool reconcile);
  Status list(const ActivePointer& active);
  Status fetch(const Task& task);
  Status end_repository(Active& active, const Error& error);

  // Copies what the walk says of itself; its mutex is held. `listed`: the page in hand was added.
  void take_state(Active& active, bool listed = false);
  int64_t estimate(const Active& active) const;
  Time next_collected_at();
  bool all_ended() const { return to_begin_.empty() && active_.empty(); }
  CollectionProgress progress() const;
  void fail_run(Error error);

  Fetcher& fetcher_;
  ObjectStore& store_;
  Clock& clock_;
  CheckpointKeeper& keeper_;
  const CollectorOptions options_;
  const Checkpoint plan_;       // as it was when the run began
  std::vector<int64_t> sizes_;  // pull requests in all, by place in the plan; 0: unknown
  const Duration started_;

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable_any changed_;
  std::deque<size_t> to_begin_;  // places in the plan
  std::vector<ActivePointer> active_;
  std::deque<Task> batches_;  // waiting to be fetched
  std::optional<Error> failure_;
  CollectionProgress ended_;  // sums over repositories that are no longer active
  Time last_collected_at_;
  std::stop_source give_up_;
  std::stop_source workers_done_;
  size_t workers_left_ = 0;
};

}  // namespace github_stats
