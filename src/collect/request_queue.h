// What is to be asked of GitHub, and which of it goes into the next request.
//
// A point buys 149 connections, so a request that is not full waits while others are under way
// whose answers will bring more to ask. Listings do not wait: everything else comes after them.
//
// Not thread-safe; guarded by its owner's mutex.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "collect/active_repository.h"
#include "extract/request_plan.h"

namespace github_stats {

// A request and whose things are in it.
struct Request {
  RequestPlan plan;
  std::vector<JobPointer> jobs;      // in the order of the plan's
  std::vector<ActivePointer> lists;  // likewise
};

class RequestQueue {
 public:
  // `most_outstanding`: batches over all repositories beyond which no further page is listed: what
  // bounds memory.
  explicit RequestQueue(size_t most_outstanding) : most_outstanding_(most_outstanding) {}

  // Takes a new batch, or one that is not finished.
  void add(JobPointer job);

  // What a request must have to be worth sending now.
  enum class Need { kFull, kFullOrListing, kAnything };

  // The next request, if there is one. `active`: all repositories under way, whose next pages may
  // be listed.
  std::optional<Request> take(Need need, const std::vector<ActivePointer>& active);

  // Gives up the batches of repositories that have ended.
  void drop_ended();

 private:
  struct Choice {
    std::deque<JobPointer>::iterator job;
    size_t room;
  };
  struct Choices {
    std::vector<Choice> jobs;
    size_t connections = 0;
    size_t limit = kConnectionsPerPoint;
    bool full() const { return connections + kConnectionsPerPullRequest > limit; }
  };
  Choices choose_jobs();
  std::vector<ActivePointer> choose_listings(const Choices& choices,
                                             const std::vector<ActivePointer>& active) const;

  const size_t most_outstanding_;
  std::deque<JobPointer> jobs_;  // those that are begun first
};

}  // namespace github_stats
