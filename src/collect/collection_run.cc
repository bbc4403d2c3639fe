#include "collect/collection_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <thread>
#include <utility>

#include "base/log.h"
#include "collect/reconcile.h"
#include "store/keys.h"

namespace github_stats {
namespace {

constexpr Duration kTick = std::chrono::milliseconds(100);

// Batches under way over all repositories, per worker: what bounds memory.
constexpr size_t kOutstandingPerWorker = 4;

// Repositories under way, per worker: one request holds things of several small ones.
constexpr size_t kRepositoriesPerWorker = 4;

// Trouble that another repository would meet too.
bool concerns_everything(const Error& error) {
  return error.general || error.code == ErrorCode::kUnauthenticated ||
         error.code == ErrorCode::kRateLimited || error.code == ErrorCode::kCancelled;
}

// GitHub's names are harmless folders. What answers may be no GitHub, though, and a name is text
// from outside.
bool has_a_place(const Checkpoint& plan, const RepositoryProgress& repository) {
  const ChunkKey key{plan.org,
                     repository.name,
                     Stream::kPullRequests,
                     format_date(plan.started_at),
                     plan.collection_id,
                     0};
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
      privacy_{options.privacy, options.privacy == Privacy::kHashed ? options.pseudonyms : nullptr},
      sizes_(std::move(sizes)),
      started_(clock.elapsed()),
      queue_(kOutstandingPerWorker * options.max_workers) {
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
  using Need = RequestQueue::Need;
  queue_.drop_ended();
  std::erase_if(active_, [](const ActivePointer& a) { return a->ended && a->tasks == 0; });
  const bool may_begin =
      !to_begin_.empty() && active_.size() < kRepositoriesPerWorker * options_.max_workers;
  // What is begun will have pages to list, and an answer brings more to ask.
  const Need need = may_begin || beginning_ > 0 ? Need::kFull
                    : asking_ > 0               ? Need::kFullOrListing
                                                : Need::kAnything;
  if (auto request = queue_.take(need, active_)) {
    ++asking_;
    return Task{nullptr, *std::move(request)};
  }
  return may_begin ? std::optional(Task{next_to_begin(), {}}) : std::nullopt;
}

ActivePointer CollectionRun::next_to_begin() {
  auto active = std::make_shared<ActiveRepository>();
  active->index = to_begin_.front();
  active->tasks = 1;
  active->busy = true;
  to_begin_.pop_front();
  active_.push_back(active);
  ++beginning_;
  return active;
}

void CollectionRun::settle(const Task& task, const Status& status) {
  if (!status) {
    fail_run(status.error());
  }
  const std::lock_guard lock(mutex_);
  if (task.to_begin != nullptr) {
    --beginning_;
    task.to_begin->busy = false;
    --task.to_begin->tasks;
  }
  changed_.notify_all();
}

Status CollectionRun::perform(Task& task) {
  return task.to_begin != nullptr ? begin(task.to_begin) : ask(task.request);
}

Status CollectionRun::begin(const ActivePointer& active) {
  const RepositoryProgress& repository = plan_.repositories[active->index];
  const bool can_be_stored = has_a_place(plan_, repository);
  RETURN_IF_ERROR(start_walk(*active, /*reconcile=*/can_be_stored && plan_.run > 1));
  if (!can_be_stored) {
    return end_repository(*active,
                          {ErrorCode::kInvalidArgument,
                           fmt::format("its name, '{}', can't be a folder", repository.name),
                           {}});
  }
  return {};
}

Status CollectionRun::start_walk(ActiveRepository& active, bool reconcile) {
  RepositoryProgress progress = plan_.repositories[active.index];
  if (reconcile) {  // also what is pending: a checkpoint may lag behind what was written
    RETURN_IF_ERROR(reconcile_chunks(store_, keeper_, plan_, progress));
  }
  const ChunkTarget target{
      plan_.org,           progress.name,           format_date(plan_.started_at),
      plan_.collection_id, options_.rows_per_chunk, options_.compress};
  const std::lock_guard lock(active.mutex);
  active.walk =
      std::make_unique<RepositoryWalk>(std::move(progress), store_, target, clock_,
                                       WalkOptions{.batch_size = fetcher_.details_per_request()});
  active.list = {active.walk->id(), {}, fetcher_.batch_size()};
  take_state(active);
  return {};
}

Status CollectionRun::ask(Request& request) {
  const size_t connections = request.plan.connections();
  Status asked = fetcher_.ask(request.plan, give_up_.get_token());
  if (!asked && concerns_everything(asked.error())) {
    return asked;
  }
  RETURN_IF_ERROR(asked ? take_answer(request) : ask_for_less(request, connections, asked.error()));
  std::vector<JobPointer> finished;  // the others are out of this worker's hands from here on
  {
    const std::lock_guard lock(mutex_);
    for (JobPointer& job : request.jobs) {
      asked ? job->active->size.succeeded(connections) : job->active->size.failed(connections);
      job->work.done() ? finished.push_back(std::move(job)) : queue_.add(std::move(job));
    }
    for (const ActivePointer& active : request.lists) {
      active->busy = false;
      --active->tasks;
    }
    --asking_;
    changed_.notify_all();
  }
  for (const JobPointer& job : finished) {
    RETURN_IF_ERROR(deliver(*job));
  }
  return {};
}

Status CollectionRun::take_answer(Request& request) {
  const std::vector<Status> listed = request.plan.list_outcomes();
  for (size_t i = 0; i < listed.size(); ++i) {
    RETURN_IF_ERROR(listed[i] ? take_page(request.lists[i])
                              : end_repository(*request.lists[i], listed[i].error()));
  }
  const std::vector<Status> detailed = request.plan.accept_details();
  for (size_t i = 0; i < detailed.size(); ++i) {
    if (!detailed[i]) {
      RETURN_IF_ERROR(end_repository(*request.jobs[i]->active, detailed[i].error()));
    }
  }
  return {};
}

Status CollectionRun::take_page(const ActivePointer& active) {
  const std::lock_guard lock(active->mutex);
  ASSIGN_OR_RETURN(auto batches, active->walk->add_page(std::move(active->list.page)));
  for (RepositoryWalk::Batch& batch : batches) {
    const RowContext context{plan_.org, plan_.repositories[active->index].name, plan_.collection_id,
                             next_collected_at(), privacy_};
    DetailWork work(context, std::move(batch.pull_requests), fetcher_.batch_size());
    const std::lock_guard run_lock(mutex_);
    ++active->tasks;
    queue_.add(std::make_shared<FetchJob>(FetchJob{active, batch.number, std::move(work)}));
  }
  take_state(*active);
  return {};
}

Status CollectionRun::deliver(FetchJob& job) {
  RowBatch rows = job.work.take_rows();
  for (const OwedPullRequest& owed : rows.owed) {
    log_warning(
        "a pull request is not whole",
        {{"repo", job.work.context().repo}, {"number", owed.number}, {"reason", owed.reason}});
  }
  int64_t row_count = 0;
  for (const RowLines& lines : rows.streams) {
    row_count += static_cast<int64_t>(lines.rows());
  }
  const int64_t pull_requests = rows.pull_requests();
  ActiveRepository& active = *job.active;
  const std::lock_guard lock(active.mutex);
  RETURN_IF_ERROR(active.walk->add_rows(job.batch, std::move(rows)));
  {
    const std::lock_guard run_lock(mutex_);
    active.pull_requests += pull_requests;
    active.rows += row_count;
  }
  take_state(active);
  const std::lock_guard run_lock(mutex_);
  --active.tasks;
  changed_.notify_all();
  return {};
}

Status CollectionRun::ask_for_less(Request& request, size_t connections, const Error& error) {
  log_debug("asking for less at once",
            {{"connections", static_cast<int64_t>(connections)}, {"reason", error.message}});
  if (request.jobs.size() + request.lists.size() > 1) {
    return {};  // fewer of them go into a request, which tells whose fault it is
  }
  if (error.code != ErrorCode::kUnavailable) {
    return end_repository(
        request.jobs.empty() ? *request.lists.front() : *request.jobs.front()->active, error);
  }
  const bool is_smallest =
      request.jobs.empty() || connections <= request.jobs.front()->work.smallest();
  return is_smallest ? ask_less_of(request, error) : Status{};
}

Status CollectionRun::ask_less_of(Request& request, const Error& error) {
  if (request.jobs.empty()) {
    ListWork& list = request.lists.front()->list;
    if (!list.can_shrink()) {
      return end_repository(*request.lists.front(), error);
    }
    list.shrink();
    return {};
  }
  DetailWork& work = request.jobs.front()->work;
  if (!work.shrink()) {
    work.give_up(error.describe());
  }
  return {};
}

Status CollectionRun::end_repository(ActiveRepository& active, const Error& error) {
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

void CollectionRun::take_state(ActiveRepository& active) {
  const RepositoryProgress& progress = active.walk->progress();
  const bool failed = progress.state == RepositoryState::kFailed;
  keeper_.update(active.index, progress);
  const std::lock_guard lock(mutex_);
  active.outstanding = active.walk->outstanding();
  active.wants_page = active.walk->wants_page();
  active.next_cursor = active.walk->next_cursor();
  active.expected = estimate(active);
  const Written before = std::exchange(active.written, active.walk->written());
  ended_.written.add_since(before, active.written);
  if ((failed || active.walk->done()) && !active.ended) {
    active.ended = true;
    ++(failed ? ended_.repositories_failed : ended_.repositories_done);
    ended_.pull_requests += active.pull_requests;
    ended_.rows += active.rows;
  }
  changed_.notify_all();
}

int64_t CollectionRun::estimate(const ActiveRepository& active) const {
  const int64_t listed = active.walk->listed();
  const auto down_to = active.walk->listed_down_to();
  if (!active.walk->wants_page() && active.walk->outstanding() == 0) {
    return listed;
  }
  if (!down_to) {
    return std::max(listed, sizes_[active.index]);
  }
  // Changes are taken to be spread evenly over the window.
  const Time since = plan_.repositories[active.index].since;
  const auto window = std::chrono::duration<double>(plan_.until - since).count();
  const auto seen = std::chrono::duration<double>(plan_.until - *down_to).count();
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
