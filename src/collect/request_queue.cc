#include "collect/request_queue.h"

#include <algorithm>

namespace github_stats {
namespace {

constexpr size_t kBatchesPerPage = 5;  // about: a hundred pull requests

}  // namespace

void RequestQueue::add(JobPointer job) {
  job->work.begun() ? jobs_.push_front(std::move(job)) : jobs_.push_back(std::move(job));
}

void RequestQueue::drop_ended() {
  std::erase_if(jobs_, [](const JobPointer& job) {
    if (job->active->ended) {
      --job->active->tasks;
    }
    return job->active->ended;
  });
}

RequestQueue::Choices RequestQueue::choose_jobs() {
  Choices chosen;
  for (auto job = jobs_.begin(); job != jobs_.end() && !chosen.full(); ++job) {
    const DetailWork& work = (*job)->work;
    if (work.alone()) {
      if (chosen.jobs.empty()) {
        return {{{job, 1}}, work.smallest(), work.smallest()};
      }
      continue;
    }
    const size_t limit = std::min(chosen.limit, (*job)->active->size.limit());
    const size_t room = limit - std::min(limit, chosen.connections);
    if (chosen.jobs.empty() || room >= work.smallest()) {
      chosen.jobs.push_back({job, room});
      chosen.connections += work.offer(room);
      chosen.limit = limit;
    }
  }
  return chosen;
}

std::vector<ActivePointer> RequestQueue::choose_listings(
    const Choices& choices, const std::vector<ActivePointer>& active) const {
  std::vector<ActivePointer> wanted;
  size_t outstanding = 0;
  for (const ActivePointer& repository : active) {
    outstanding += repository->outstanding;
    if (repository->wants_page && !repository->busy && !repository->ended) {
      wanted.push_back(repository);
    }
  }
  std::ranges::sort(wanted, {}, [](const ActivePointer& a) { return a->outstanding; });
  std::vector<ActivePointer> chosen;
  size_t limit = choices.limit;
  for (ActivePointer& repository : wanted) {
    limit = std::min(limit, repository->size.limit());
    const bool alone = choices.jobs.empty() && chosen.empty();
    const bool fits = choices.connections + chosen.size() < limit || alone;
    const bool has_room = outstanding < most_outstanding_ || repository->outstanding == 0;
    if (!fits || !has_room) {
      break;
    }
    outstanding += kBatchesPerPage;
    chosen.push_back(std::move(repository));
  }
  return chosen;
}

std::optional<Request> RequestQueue::take(Need need, const std::vector<ActivePointer>& active) {
  Choices choices = choose_jobs();
  std::vector<ActivePointer> listings = choose_listings(choices, active);
  const bool has_all = choices.full() || (need == Need::kFullOrListing && !listings.empty()) ||
                       need == Need::kAnything;
  if (!has_all || (choices.jobs.empty() && listings.empty())) {
    return std::nullopt;
  }
  Request request;
  for (const Choice& choice : choices.jobs) {
    request.plan.add((*choice.job)->work, choice.room);
    request.jobs.push_back(std::move(*choice.job));
  }
  std::erase(jobs_, nullptr);
  for (ActivePointer& repository : listings) {
    repository->busy = true;
    repository->list.after = repository->next_cursor;
    ++repository->tasks;
    request.plan.add(repository->list);
    request.lists.push_back(std::move(repository));
  }
  return request;
}

}  // namespace github_stats
