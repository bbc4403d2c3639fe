#include "collect/collection_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <thread>

#include "base/log.h"
#include "collect/reconcile.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(100);

// Batches under way over all repositories beyond which no further page is listed, per worker: what
// bounds memory.
constexpr size_t kOutstandingPerWorker = 4;

// Trouble that another repository would meet too.
bool concerns_everything(const Error& error) {
  return error.code == ErrorCode::kUnauthenticated || error.code == ErrorCode::kRateLimited ||
         error.code == ErrorCode::kCancelled;
}

// GitHub's names are harmless folders. What answers may be no GitHub, though, and a name is text
// from outside.
bool has_a_place(const Checkpoint& plan, const RepositoryProgress& repository) {
  const ChunkKey key{plan.org,     repository.name,    Stream::kPullRequests,
                     "2026-01-31", plan.collection_id, 0};
  return parse_chunk_key(key.to_string()) == key;
}

}  // namespace

CollectionRun::CollectionRun(Fetcher& fetcher, ObjectStore& store, Clock& clock,
                             CheckpointKeeper& keeper, const CollectorOptions& options,
                             std::vector<int64_t> sizes)
    : fetcher_(fetcher),
      store_(store),
      clock_(clock),
      keeper_(keeper),
      options_(options),
      plan_(keeper.stored()),
      sizes_(std::move(sizes)),
      started_(clock.elapsed()) {
  sizes_.resize(plan_.repositories.size());
  for (size_t i = 0; i < plan_.repositories.size(); ++i) {
    if (plan_.repositories[i].state == RepositoryState::kDone) {
      ++ended_.repositories_done;
      ended_.pull_requests += plan_.repositories[i].pull_requests();
    } else {
      to_begin_.push_back(i);
    }
  }
  std::ranges::stable_sort(to_begin_, std::ranges::greater{},
                           [this](size_t index) { return sizes_[index]; });
}

std::optional<Error> CollectionRun::run(const ProgressObserver& observe, std::stop_token stop) {
  const std::stop_callback pass_on(stop, [this] { give_up_.request_stop(); });
  workers_left_ = options_.max_workers;
  {
    std::vector<std::jthread> workers;
    for (size_t i = 0; i < options_.max_workers; ++i) {
      workers.emplace_back([this] { work(); });
    }
    while (clock_.sleep_for(kTick, workers_done_.get_token())) {
      observe(progress());
      if (Status written = keeper_.write_if_due(); !written) {
        fail_run(std::move(written).error());
        break;
      }
    }
  }
  // What is in chunks is worth telling of, whatever happened.
  if (Status written = keeper_.write(); !written) {
    fail_run(std::move(written).error());
  }
  observe(progress());
  return failure_;
}

void CollectionRun::work() {
  while (auto task = next_task()) {
    settle(*task, perform(*task));
  }
  const std::lock_guard lock(mutex_);
  if (--workers_left_ == 0) {
    workers_done_.request_stop();
  }
}

std::optional<CollectionRun::Task> CollectionRun::next_task() {
  std::unique_lock lock(mutex_);
  std::optional<Task> task;
  changed_.wait(lock, give_up_.get_token(), [&] {
    task = choose_task();
    return task || all_ended();
  });
  return give_up_.stop_requested() ? std::nullopt : std::move(task);
}

std::optional<CollectionRun::Task> CollectionRun::choose_task() {
  while (!batches_.empty()) {
    Task task = std::move(batches_.front());
    batches_.pop_front();
    if (!task.active->ended) {
      return task;
    }
    --task.active->tasks;
    std::erase_if(active_, [](const ActivePointer& a) { return a->ended && a->tasks == 0; });
  }
  if (ActivePointer active = choose_walk_to_list()) {
    active->listing = true;
    ++active->tasks;
    return Task{Task::Kind::kList, std::move(active), {}};
  }
  if (!to_begin_.empty() && active_.size() < options_.max_workers) {
    auto active = std::make_shared<Active>();
    active->index = to_begin_.front();
    active->tasks = 1;
    active->listing = true;
    to_begin_.pop_front();
    active_.push_back(active);
    return Task{Task::Kind::kBegin, std::move(active), {}};
  }
  return std::nullopt;
}

CollectionRun::ActivePointer CollectionRun::choose_walk_to_list() const {
  size_t outstanding = 0;
  ActivePointer least;
  for (const ActivePointer& active : active_) {
    outstanding += active->outstanding;
    if (active->wants_page && !active->listing && !active->ended &&
        (least == nullptr || active->outstanding < least->outstanding)) {
      least = active;
    }
  }
  const bool has_room = outstanding < kOutstandingPerWorker * options_.max_workers;
  return least != nullptr && (has_room || least->outstanding == 0) ? least : nullptr;
}

void CollectionRun::settle(const Task& task, const Status& status) {
  if (!status) {
    fail_run(status.error());
  }
  const std::lock_guard lock(mutex_);
  --task.active->tasks;
  std::erase_if(active_, [](const ActivePointer& a) { return a->ended && a->tasks == 0; });
  changed_.notify_all();
}

Status CollectionRun::perform(const Task& task) {
  switch (task.kind) {
    case Task::Kind::kBegin: {
      const RepositoryProgress& repository = plan_.repositories[task.active->index];
      const bool can_be_stored = has_a_place(plan_, repository);
      RETURN_IF_ERROR(begin(*task.active, /*reconcile=*/can_be_stored && plan_.run > 1));
      if (!can_be_stored) {
        return end_repository(*task.active,
                              {ErrorCode::kInvalidArgument,
                               fmt::format("its name, '{}', can't be a folder", repository.name),
                               {}});
      }
      return list(task.active);
    }
    case Task::Kind::kList:
      return list(task.active);
    case Task::Kind::kFetch:
      return fetch(task);
  }
  return {};
}

Status CollectionRun::begin(Active& active, bool reconcile) {
  RepositoryProgress progress = plan_.repositories[active.index];
  if (reconcile) {  // also what is pending: a checkpoint may lag behind what was written
    RETURN_IF_ERROR(reconcile_chunks(store_, plan_, progress));
  }
  const ChunkTarget target{plan_.org, progress.name, format_date(plan_.started_at),
                           plan_.collection_id, options_.rows_per_chunk};
  const std::lock_guard lock(active.mutex);
  active.walk =
      std::make_unique<RepositoryWalk>(std::move(progress), store_, target, clock_,
                                       WalkOptions{.batch_size = fetcher_.details_per_request()});
  take_state(active);
  return {};
}

Status CollectionRun::list(const ActivePointer& active) {
  std::string cursor;
  {
    const std::lock_guard lock(active->mutex);
    cursor = active->walk->next_cursor();
  }
  auto page = fetcher_.list_pull_requests(active->walk->id(), cursor, give_up_.get_token());
  if (!page) {
    return end_repository(*active, page.error());
  }
  const std::lock_guard lock(active->mutex);
  ASSIGN_OR_RETURN(auto batches, active->walk->add_page(*std::move(page)));
  {
    const std::lock_guard run_lock(mutex_);
    for (RepositoryWalk::Batch& batch : batches) {
      ++active->tasks;
      batches_.push_back({Task::Kind::kFetch, active, std::move(batch)});
    }
  }
  take_state(*active, /*listed=*/true);
  return {};
}

Status CollectionRun::fetch(const Task& task) {
  const RowContext context{plan_.org, plan_.repositories[task.active->index].name,
                           plan_.collection_id, next_collected_at()};
  auto rows = fetcher_.fetch(context, task.batch.pull_requests, give_up_.get_token());
  if (!rows) {
    return end_repository(*task.active, rows.error());
  }
  for (const int64_t number : rows->incomplete) {
    log_warning("a pull request's counts do not add up",
                {{"repo", context.repo}, {"number", number}});
  }
  int64_t row_count = 0;
  for (const RowLines& lines : rows->streams) {
    row_count += static_cast<int64_t>(lines.rows());
  }
  const int64_t pull_requests = rows->pull_requests();
  const std::lock_guard lock(task.active->mutex);
  RETURN_IF_ERROR(task.active->walk->add_rows(task.batch.number, *std::move(rows)));
  {
    const std::lock_guard run_lock(mutex_);
    task.active->pull_requests += pull_requests;
    task.active->rows += row_count;
  }
  take_state(*task.active);
  return {};
}

Status CollectionRun::end_repository(Active& active, const Error& error) {
  if (concerns_everything(error)) {
    return tl::unexpected<Error>(error);
  }
  log_warning("a repository failed",
              {{"repo", plan_.repositories[active.index].name}, {"reason", error.describe()}});
  const std::lock_guard lock(active.mutex);
  active.walk->mark_failed(error.describe());
  take_state(active);
  return {};
}

void CollectionRun::take_state(Active& active, bool listed) {
  const RepositoryProgress& progress = active.walk->progress();
  const bool failed = progress.state == RepositoryState::kFailed;
  keeper_.update(active.index, progress);
  const std::lock_guard lock(mutex_);
  active.outstanding = active.walk->outstanding();
  active.wants_page = active.walk->wants_page();
  active.listing = active.listing && !listed;
  active.expected = estimate(active);
  if ((failed || active.walk->done()) && !active.ended) {
    active.ended = true;
    ++(failed ? ended_.repositories_failed : ended_.repositories_done);
    ended_.pull_requests += active.pull_requests;
    ended_.rows += active.rows;
  }
  changed_.notify_all();
}

int64_t CollectionRun::estimate(const Active& active) const {
  const int64_t listed = active.walk->listed();
  const auto down_to = active.walk->listed_down_to();
  if (!active.walk->wants_page() && active.walk->outstanding() == 0) {
    return listed;
  }
  if (!down_to) {
    return std::max(listed, sizes_[active.index]);
  }
  // Changes are taken to be spread evenly over the window.
  const auto window = std::chrono::duration<double>(plan_.started_at - plan_.since).count();
  const auto seen = std::chrono::duration<double>(plan_.started_at - *down_to).count();
  const auto whole =
      static_cast<int64_t>(static_cast<double>(listed) * window / std::max(seen, 1.0));
  const int64_t bound = std::max(listed, sizes_[active.index]);
  return std::clamp(whole, listed, bound);
}

Time CollectionRun::next_collected_at() {
  const std::lock_guard lock(mutex_);
  // A clock that is set back must not make newer rows look older.
  last_collected_at_ = std::max(clock_.now(), last_collected_at_ + Duration(1));
  return last_collected_at_;
}

CollectionProgress CollectionRun::progress() const {
  const std::lock_guard lock(mutex_);
  CollectionProgress progress = ended_;
  progress.repositories = static_cast<int64_t>(plan_.repositories.size());
  progress.pull_requests_expected = ended_.pull_requests;
  for (const ActivePointer& active : active_) {
    if (!active->ended) {
      progress.pull_requests += active->pull_requests;
      progress.rows += active->rows;
      progress.pull_requests_expected += std::max(active->expected, active->pull_requests);
    }
  }
  for (const size_t index : to_begin_) {
    progress.pull_requests_expected += sizes_[index];
  }
  progress.elapsed = clock_.elapsed() - started_;
  return progress;
}

void CollectionRun::fail_run(Error error) {
  {
    const std::lock_guard lock(mutex_);
    if (!failure_) {
      failure_ = std::move(error);
    }
  }
  give_up_.request_stop();
}

}  // namespace github_stats
