// A batch of pull requests of one repository on its way: which of their details have come, and what
// is to be asked for next. Requests are put together from several of these (request_plan.h).
//
// Not thread-safe; a work is in one request at a time.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "extract/detail_assembly.h"
#include "extract/pull_request_page.h"
#include "extract/row_batch.h"
#include "extract/row_encoder.h"

namespace github_stats {

// A page is not made smaller than this: what GitHub can't give ten of, it can't give one of.
inline constexpr size_t kSmallestPage = 10;

// How much is asked of each thing. Less is asked of what GitHub can't give otherwise.
struct RequestDepth {
  size_t page = 100;  // of each connection, 1 to 100
  bool sizes = true;  // with commits' additions, deletions and changed files

  bool operator==(const RequestDepth&) const = default;
};

class DetailWork {
 public:
  // `page`: how many of each connection are asked for at once, 1 to 100.
  DetailWork(RowContext context, std::vector<PullRequestRef> pull_requests, size_t page);

  // Things to be asked for together: pull requests, or parts of some that have come.
  struct Taken {
    std::span<const PullRequestRef> pull_requests = {};
    std::vector<PendingPart> parts = {};

    size_t connections() const;
    bool is_single() const { return pull_requests.size() + parts.size() == 1; }
  };

  // True when everything has come: take_rows() has it.
  bool done() const { return done_; }

  // Connections in the smallest thing that can be asked for next, and in what take(room) would
  // take.
  size_t smallest() const;
  size_t offer(size_t room) const;

  // True when some of it has come: what is begun is better finished first.
  bool begun() const { return next_ > 0; }

  // Takes as much of what is next as `room` connections hold, one thing at least.
  Taken take(size_t room);

  // The answer to what was taken is in the assembly; or: it did not come.
  void accept(const Taken& taken);
  void put_back(Taken taken);

  // How deep what is next is asked for. Where it is less than usual, it is asked for by itself.
  const RequestDepth& depth() const { return depth_; }
  bool alone() const { return depth_ != usual_depth_; }

  // Whether there is less of the next thing to be had without leaving anything out.
  bool can_shrink() const { return depth_.page > kSmallestPage; }

  // Asks for less of the next thing: shorter pages, and after that without sizes. False when that
  // has come to nothing too.
  bool shrink();

  // The next thing does not come: its pull request is owed.
  void give_up(const std::string& reason);

  DetailAssembly& assembly() { return assembly_; }
  const RowContext& context() const { return context_; }

  // All rows. Those that are owed were asked for twice.
  RowBatch take_rows() { return std::move(rows_); }

 private:
  // How many things take(room) takes.
  size_t count_within(size_t room) const;
  void end_round();

  RowContext context_;
  std::vector<PullRequestRef> pull_requests_;
  size_t next_ = 0;  // the first pull request that has not been asked for
  DetailAssembly assembly_;
  RequestDepth usual_depth_;
  RequestDepth depth_;
  bool second_round_ = false;
  bool done_ = false;
  RowBatch rows_;
};

}  // namespace github_stats
