// The workers of one collection.
//
// What a worker does next: it sends a request that is worth its point, begins another repository,
// or sends what there is (request_queue.h). Large repositories begin first. Things of all
// repositories go into requests together, so that neither one large repository nor many small ones
// leave workers idle or points half used.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "collect/checkpoint_keeper.h"
#include "collect/collector.h"
#include "collect/request_queue.h"
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
  // What a worker has in hand: a repository to begin, or a request.
  struct Task {
    ActivePointer to_begin;
    Request request;
  };

  void work();
  std::optional<Task> next_task();
  std::optional<Task> choose_task();
  ActivePointer next_to_begin();

  // Each gives a failure that ends the run; those of a repository end in `end_repository`.
  Status perform(Task& task);
  Status begin(const ActivePointer& active);
  Status start_walk(ActiveRepository& active, bool reconcile);
  Status ask(Request& request);
  Status take_answer(Request& request);
  Status take_page(const ActivePointer& active);
  Status deliver(FetchJob& job);
  Status end_repository(ActiveRepository& active, const Error& error);

  // After a request came to nothing.
  Status ask_for_less(Request& request, size_t connections, const Error& error);
  Status ask_less_of(Request& request, const Error& error);

  void settle(const Task& task, const Status& status);

  // Copies what the walk says of itself; its mutex is held.
  void take_state(ActiveRepository& active);
  int64_t estimate(const ActiveRepository& active) const;
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
  const RowPrivacy privacy_;    // of all rows
  std::vector<int64_t> sizes_;  // pull requests in all, by place in the plan; 0: unknown
  const Duration started_;

  mutable std::mutex mutex_;  // guards everything below
  std::condition_variable_any changed_;
  std::deque<size_t> to_begin_;  // places in the plan
  std::vector<ActivePointer> active_;
  RequestQueue queue_;
  size_t beginning_ = 0;  // repositories that workers begin
  size_t asking_ = 0;     // requests under way
  std::optional<Error> failure_;
  CollectionProgress ended_;  // sums over repositories that are no longer active; written: of all
  Time last_collected_at_;
  std::stop_source give_up_;
  std::stop_source workers_done_;
  size_t workers_left_ = 0;
};

}  // namespace github_stats
